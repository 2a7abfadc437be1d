#!/bin/sh
# Builds the Lucene driver into OUT: build.sh OUT. Lucene 10 needs Java 21; with an older one, 9.12.3
# is taken. JAVA_HOME chooses the Java; without it the newest under /usr/lib/jvm.
set -eu
out=$(mkdir -p "$1" && cd "$1" && pwd)
cd "$(dirname "$0")"
version() { "$1/bin/java" -version 2>&1 | sed -n 's/.*version "\([0-9]*\).*/\1/p' | head -1; }
if [ -z "${JAVA_HOME:-}" ]; then
    best=0
    for home in /usr/lib/jvm/*/; do
        [ -x "$home/bin/javac" ] || continue
        found=$(version "${home%/}")
        [ "$found" -gt "$best" ] && best=$found && JAVA_HOME=${home%/}
    done
fi
export JAVA_HOME
java=$(version "$JAVA_HOME")
lucene=10.6.0 release=21
[ "$java" -lt 21 ] && lucene=9.12.3 release=17
mvn -q -Dlucene.version=$lucene -Dmaven.compiler.release=$release "-DoutputDirectory=$out/jars" \
    "-DbuildDirectory=$out/target" dependency:copy-dependencies
mkdir -p "$out/classes"
"$JAVA_HOME/bin/javac" --release $release -cp "$out/jars/*" -d "$out/classes" src/main/java/LuceneDriver.java
cat > "$out/lucene_driver" <<END
#!/bin/sh
exec "$JAVA_HOME/bin/java" -Xms3g -Xmx6g -XX:+UseSerialGC --add-modules jdk.incubator.vector \\
    --enable-native-access=ALL-UNNAMED -Xlog:disable -cp "$out/classes:$out/jars/*" LuceneDriver "\$@"
END
chmod +x "$out/lucene_driver"
