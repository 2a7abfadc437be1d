// Xapian behind the same protocol as query/rls_driver.c: English Snowball, no stop words,
// positions, nothing stored.
//
//   xapian_driver index DIR < documents.jsonl
//   xapian_driver query DIR [ROUNDS] < lines of COMMAND<TAB>query
#include <xapian.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <cstring>
#include <iostream>
#include <string>
#include <vector>

static double
seconds()
{
    return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch())
        .count();
}

static void
put_utf8(std::string &out, unsigned long code)
{
    if (code < 0x80) {
        out += static_cast<char>(code);
    } else if (code < 0x800) {
        out += static_cast<char>(0xc0 | code >> 6);
        out += static_cast<char>(0x80 | (code & 0x3f));
    } else {
        out += static_cast<char>(0xe0 | code >> 12);
        out += static_cast<char>(0x80 | (code >> 6 & 0x3f));
        out += static_cast<char>(0x80 | (code & 0x3f));
    }
}

// The string member `name` of an object of strings that the bench wrote on one line.
static std::string
member(const std::string &line, const char *name)
{
    std::string key = '"' + std::string(name) + "\": \"", value;
    size_t      at = line.find(key);

    if (at == std::string::npos)
        return value;
    for (at += key.size(); at < line.size() && line[at] != '"'; at++) {
        if (line[at] != '\\') {
            value += line[at];
            continue;
        }
        char one = line[++at];
        if (one == 'u') {
            put_utf8(value, std::strtoul(line.substr(at + 1, 4).c_str(), nullptr, 16));
            at += 4;
        } else {
            const char *known = std::strchr("nrtbf", one);
            value += known == nullptr || one == '\0' ? one : "\n\r\t\b\f"[known - "nrtbf"];
        }
    }
    return value;
}

static int
index_documents(const char *folder)
{
    Xapian::WritableDatabase database(folder, Xapian::DB_CREATE_OR_OVERWRITE | Xapian::DB_NO_SYNC);
    Xapian::TermGenerator    generator;
    std::string              line;
    double                   start = seconds(), parsing = 0;
    long                     count = 0;

    generator.set_stemmer(Xapian::Stem("english"));
    generator.set_stemming_strategy(Xapian::TermGenerator::STEM_ALL);
    while (std::getline(std::cin, line)) {
        double           begun = seconds();
        std::string      title = member(line, "title"), text = member(line, "text");
        Xapian::Document document;
        parsing += seconds() - begun;
        generator.set_document(document);
        generator.set_termpos(0);
        generator.index_text(title);
        generator.increase_termpos();
        generator.index_text(text);
        database.add_document(document);
        count++;
    }
    database.commit();
    std::cout << "indexed " << seconds() - start - parsing << " s, " << count
              << " documents, Xapian " << Xapian::version_string() << "\n";
    database.close();
    Xapian::Database(folder).compact(std::string(folder) + "/compact",
                                     Xapian::DBCOMPACT_NO_RENUMBER | Xapian::Compactor::FULLER);
    std::cout << "optimized " << seconds() - start - parsing << " s\n";
    return 0;
}

static Xapian::Query
words(const std::string &text, const Xapian::Stem &stem, Xapian::Query::op op)
{
    std::vector<Xapian::Query> terms;
    Xapian::Document           document;
    Xapian::TermGenerator      generator;
    generator.set_stemmer(stem);
    generator.set_stemming_strategy(Xapian::TermGenerator::STEM_ALL);
    generator.set_document(document);
    generator.index_text(text);
    std::vector<std::pair<Xapian::termpos, std::string>> ordered;
    for (auto term = document.termlist_begin(); term != document.termlist_end(); ++term)
        for (auto position = term.positionlist_begin(); position != term.positionlist_end();
             ++position)
            ordered.emplace_back(*position, *term);
    std::sort(ordered.begin(), ordered.end());
    for (auto &pair : ordered)
        terms.emplace_back(pair.second);
    return Xapian::Query(op, terms.begin(), terms.end());
}

static Xapian::Query
translate(const std::string &text, const Xapian::Stem &stem)
{
    Xapian::Query must, plain, exclude;
    size_t        at = 0;

    while (at < text.size()) {
        if (text[at] == ' ') {
            at++;
            continue;
        }
        char sign = 0;
        if (text[at] == '+' || text[at] == '-')
            sign = text[at++];
        Xapian::Query one;
        if (at < text.size() && text[at] == '"') {
            size_t end = text.find('"', at + 1);
            if (end == std::string::npos)
                end = text.size();
            one = words(text.substr(at + 1, end - at - 1), stem, Xapian::Query::OP_PHRASE);
            at = end + 1;
            while (at < text.size() && text[at] != ' ')
                at++;
        } else {
            size_t end = text.find(' ', at);
            if (end == std::string::npos)
                end = text.size();
            one = words(text.substr(at, end - at), stem, Xapian::Query::OP_OR);
            at = end;
        }
        if (one.empty())
            continue;
        if (sign == '+')
            must = must.empty() ? one : Xapian::Query(Xapian::Query::OP_AND, must, one);
        else if (sign == '-')
            exclude = exclude.empty() ? one : Xapian::Query(Xapian::Query::OP_OR, exclude, one);
        else
            plain = plain.empty() ? one : Xapian::Query(Xapian::Query::OP_OR, plain, one);
    }
    Xapian::Query query = must.empty()    ? plain
                          : plain.empty() ? must
                                          : Xapian::Query(Xapian::Query::OP_AND_MAYBE, must, plain);
    return exclude.empty() ? query : Xapian::Query(Xapian::Query::OP_AND_NOT, query, exclude);
}

static int
answer_queries(const char *folder, int rounds)
{
    Xapian::Database database(std::string(folder) + "/compact");
    Xapian::Stem     stem("english");
    std::string      line;

    while (std::getline(std::cin, line)) {
        size_t tab = line.find('\t');
        if (tab == std::string::npos)
            continue;
        std::string command = line.substr(0, tab), text = line.substr(tab + 1);
        bool        count = command.find("COUNT") != std::string::npos;
        unsigned    limit =
            command.compare(0, 4, "TOP_") == 0 ? std::strtoul(command.c_str() + 4, nullptr, 10) : 0;
        double best = 1e9;
        size_t value = 0;
        for (int round = 0; round < rounds; round++) {
            double          start = seconds();
            Xapian::Enquire enquire(database);
            enquire.set_query(translate(text, stem));
            if (count && limit == 0)
                enquire.set_weighting_scheme(Xapian::BoolWeight());
            Xapian::MSet set = enquire.get_mset(0, limit, count ? database.get_doccount() : 0);
            value = count ? set.get_matches_estimated() : set.size();
            best = std::min(best, seconds() - start);
        }
        std::cout << value << '\t' << static_cast<unsigned long long>(best * 1e9) << std::endl;
    }
    return 0;
}

int
main(int argc, char **argv)
{
    if (argc >= 3 && std::strcmp(argv[1], "index") == 0)
        return index_documents(argv[2]);
    if (argc >= 3 && std::strcmp(argv[1], "query") == 0)
        return answer_queries(argv[2], argc > 3 ? std::atoi(argv[3]) : 1);
    return 2;
}
