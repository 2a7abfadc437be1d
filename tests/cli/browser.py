"""Chromium without a window, driven by its DevTools protocol over two pipes: no driver program and no
package of Python is needed."""
import base64
import json
import os
import select
import shutil
import subprocess
import tempfile
import time


def find_chromium():
    """The program, or None."""
    for name in ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable"):
        path = shutil.which(name)
        if path:
            return path
    return None


class Browser:
    PATIENCE = 60  # seconds

    def __init__(self, program):
        self.folder = tempfile.mkdtemp(prefix="rsearch-browser-")
        to_child, self.write_end = os.pipe()
        self.read_end, from_child = os.pipe()

        def pipes():  # where Chromium looks for them; first out of the way of each other
            source, target = os.dup(to_child), os.dup(from_child)
            os.dup2(source, 3)
            os.dup2(target, 4)

        self.log = open(os.path.join(self.folder, "log"), "wb")
        self.process = subprocess.Popen(
            [program, "--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run",
             "--disable-background-networking", "--disable-component-update", "--disable-sync", "--disable-extensions",
             "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1", "--force-color-profile=srgb",
             "--remote-debugging-pipe", "--user-data-dir=" + os.path.join(self.folder, "profile"), "about:blank"],
            stdin=subprocess.DEVNULL, stdout=self.log, stderr=self.log, preexec_fn=pipes, close_fds=False)
        os.close(to_child)
        os.close(from_child)
        self.buffer = b""
        self.number = 0
        self.events = []
        self.session = None
        target = [one for one in self.call("Target.getTargets")["targetInfos"] if one["type"] == "page"][0]
        self.session = self.call("Target.attachToTarget", targetId=target["targetId"], flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Log", "Network"):
            self.call(domain + ".enable")

    def close(self):
        try:
            self.call("Browser.close")
            self.process.wait(10)
        except Exception:
            self.process.kill()
            self.process.wait()
        os.close(self.write_end)
        os.close(self.read_end)
        self.log.close()
        shutil.rmtree(self.folder, ignore_errors=True)

    # --- the protocol ---

    def receive(self):
        end = time.monotonic() + self.PATIENCE
        while b"\0" not in self.buffer:
            ready = select.select([self.read_end], [], [], max(0, end - time.monotonic()))[0]
            more = os.read(self.read_end, 1 << 20) if ready else b""
            if not more:
                raise RuntimeError("Chromium does not answer")
            self.buffer += more
        message, self.buffer = self.buffer.split(b"\0", 1)
        return json.loads(message)

    def call(self, method, **parameters):
        self.number += 1
        message = {"id": self.number, "method": method, "params": parameters}
        if self.session and not method.startswith(("Target.", "Browser.")):
            message["sessionId"] = self.session
        data = json.dumps(message).encode() + b"\0"
        while data:
            data = data[os.write(self.write_end, data):]
        while True:
            answer = self.receive()
            if answer.get("id") == self.number:
                if "error" in answer:
                    raise RuntimeError("%s: %s" % (method, answer["error"]["message"]))
                return answer["result"]
            self.events.append(answer)

    # --- what a person does ---

    def open(self, address):
        self.call("Page.navigate", url=address)
        self.wait("document.readyState === 'complete'")

    def value(self, expression):
        """What an expression of JavaScript gives; promises are waited for."""
        answer = self.call("Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True)
        if "exceptionDetails" in answer:
            raise RuntimeError(answer["exceptionDetails"].get("exception", {}).get("description", "exception"))
        return answer["result"].get("value")

    def wait(self, expression):
        """Until the expression is true."""
        end = time.monotonic() + self.PATIENCE
        while True:
            try:
                if self.value("!!(%s)" % expression):
                    return
            except RuntimeError as problem:  # the page that it was about is gone
                if "does not answer" in str(problem):
                    raise
            if time.monotonic() > end:
                raise AssertionError("this does not come: %s" % expression)
            time.sleep(0.02)

    def type(self, text):
        for letter in text:
            self.call("Input.dispatchKeyEvent", type="keyDown", text=letter, key=letter)
            self.call("Input.dispatchKeyEvent", type="keyUp", key=letter)

    def press(self, key):
        if len(key) == 1:
            self.type(key)
            return
        codes = {"Enter": 13, "Escape": 27, "ArrowDown": 40, "ArrowUp": 38, "ArrowLeft": 37, "ArrowRight": 39,
                 "Tab": 9, "Home": 36, "End": 35}
        more = {"text": "\r"} if key == "Enter" else {}
        self.call("Input.dispatchKeyEvent", type="keyDown", key=key, code=key, windowsVirtualKeyCode=codes[key], **more)
        self.call("Input.dispatchKeyEvent", type="keyUp", key=key, code=key, windowsVirtualKeyCode=codes[key])

    def place(self, selector):
        return self.value("(() => { const box = document.querySelector(%s).getClientRects()[0];"
                          " return [box.x, box.y, box.width, box.height]; })()" % json.dumps(selector))

    def mouse(self, kind, x, y):
        self.call("Input.dispatchMouseEvent", type=kind, x=x, y=y, button="left", buttons=1, clickCount=1)

    def click(self, selector):
        self.value("document.querySelector(%s).scrollIntoView({block: 'center', behavior: 'instant'})" % json.dumps(selector))
        x, y, width, height = self.place(selector)
        self.mouse("mousePressed", x + width / 2, y + height / 2)
        self.mouse("mouseReleased", x + width / 2, y + height / 2)

    def screen(self, width, height, mobile=False, scheme="light"):
        self.call("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=mobile)
        self.call("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": scheme}])

    def picture(self, path):
        data = self.call("Page.captureScreenshot", format="png")["data"]
        with open(path, "wb") as file:
            file.write(base64.b64decode(data))

    def complaints(self):
        """What the page or its policy complained of since the last call, one line each."""
        lines = []
        for event in self.events:
            about = event.get("params", {})
            if event.get("method") == "Log.entryAdded" and about["entry"]["level"] == "error":
                lines.append(about["entry"]["text"])
            elif event.get("method") == "Runtime.exceptionThrown":
                details = about["exceptionDetails"]
                lines.append(details.get("exception", {}).get("description", details["text"]))
            elif event.get("method") == "Runtime.consoleAPICalled" and about["type"] in ("error", "warning", "assert"):
                lines.append(" ".join(str(one.get("value", "")) for one in about["args"]))
        self.events = []
        return lines

    def addresses(self):
        """Addresses asked for since the last call of complaints()."""
        return [event["params"]["request"]["url"] for event in self.events
                if event.get("method") == "Network.requestWillBeSent"]
