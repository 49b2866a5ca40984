"""Somebody who works in the product without a pause, over HTTP: signs in, reads a case, opens a task, hands it in."""

from __future__ import annotations

import http.client
import random
import re
import threading
import time
from collections import Counter
from dataclasses import dataclass
from http.cookies import SimpleCookie
from urllib.parse import urlencode, urlsplit

JUST_NOW = 0.5
PATIENCE = 30.0
CSRF = re.compile(r'name="csrf_token" value="([^"]+)"')
MY_TASK = re.compile(r'<div class="my-task"><div><h2>([^<]+)</h2>.*?href="/tasks/(\w+)"', re.DOTALL)
UNANSWERED = (ConnectionError, http.client.HTTPException)


@dataclass(frozen=True, slots=True)
class Answer:
    """What the browser was sent."""

    status: int
    text: str
    location: str


class Browser:
    """One person's session: its cookie, the address it goes to, and whether a request is under way."""

    def __init__(self, ports: list[int], first: int) -> None:
        self.ports, self.at = ports, first
        self.wire: http.client.HTTPConnection | None = None
        self.cookie, self.csrf = "", ""
        self.asking = False
        self.answered_at = 0.0

    def is_busy(self) -> bool:
        return self.asking or time.monotonic() - self.answered_at < JUST_NOW

    def ask(self, method: str, path: str, form: dict[str, str] | None = None) -> Answer | None:
        """The answer, or None where whoever was asked is no more; the next request goes to whoever else there is."""
        try:
            if self.wire is None:
                port = self.ports[self.at % len(self.ports)]
                self.wire = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
                self.wire.connect()
            self.asking = True
            answer = self._exchange(self.wire, method, path, form)
            self.answered_at = time.monotonic()
        except UNANSWERED:
            self.hang_up()
            self.at += 1
            time.sleep(0.02)
            return None
        finally:
            self.asking = False
        return answer

    def _exchange(
        self, wire: http.client.HTTPConnection, method: str, path: str, form: dict[str, str] | None
    ) -> Answer:
        headers = {"Cookie": self.cookie} if self.cookie else {}
        body = None
        if form is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
            body = urlencode({"csrf_token": self.csrf, **form})
        wire.request(method, path, body, headers)
        got = wire.getresponse()
        text = got.read().decode()
        for kept in got.headers.get_all("Set-Cookie") or []:
            self.cookie = "; ".join(f"{name}={one.value}" for name, one in SimpleCookie(kept).items())
        if found := CSRF.search(text):
            self.csrf = found[1]
        return Answer(got.status, text, got.headers.get("Location", ""))

    def hang_up(self) -> None:
        if self.wire is not None:
            self.wire.close()
            self.wire = None


class Client(threading.Thread):
    """`done` are the tokens whose hand-in was answered with success, `unsure` those that were sent without an answer and then found
    done by whomever, `late` those that a colleague was before with; `odd` is every answer that there should not be."""

    def __init__(self, number: int, ports: list[int], cases: list[str], name: str, password: str) -> None:
        super().__init__(daemon=True)
        self.number, self.cases, self.name_and_password = number, cases, (name, password)
        self.browser = Browser(ports, number)
        self.chance = random.Random(number)
        self.done: list[str] = []
        self.unsure: list[str] = []
        self.late: list[str] = []
        self.again = 0
        self.odd: Counter[str] = Counter()
        self.stopping = False

    def run(self) -> None:
        try:
            self.sign_in()
            while not self.stopping:
                self.work()
        except OSError as error:  # nobody answers for long
            self.odd[repr(error)] += 1
        finally:
            self.browser.hang_up()

    def read(self, path: str) -> Answer:
        """The page, as soon as somebody answers."""
        while True:
            answer = self.browser.ask("GET", path)
            if answer is not None:
                return answer
            if self.stopping:
                return Answer(0, "", "")

    def sign_in(self) -> None:
        name, password = self.name_and_password
        answer = None
        while answer is None and not self.stopping:
            self.read("/sign-in")
            answer = self.browser.ask("POST", "/sign-in", {"user_name": name, "password": password})
        if answer is not None and answer.location != "/tasks":
            self.odd[f"sign-in {answer.status}"] += 1

    def work(self) -> None:
        page = self.read(f"/cases/{self.chance.choice(self.cases)}")
        tasks = [task for name, task in MY_TASK.findall(page.text) if name == "Arbeta"]
        if tasks:
            self.hand_in(self.chance.choice(tasks))
        elif not self.stopping:
            self.odd[f"case {page.status} {urlsplit(page.location).path}"] += 1

    def hand_in(self, task: str) -> None:
        """Again where nobody answered and the page says that the task is still there, with the very same token."""
        token = f"{self.number}-{len(self.done) + len(self.unsure) + len(self.late)}"
        sent = False
        while True:
            page = self.read(f"/tasks/{task}")
            if 'name="token"' not in page.text or page.status != 200:
                (self.unsure if sent else self.late).append(token)
                if page.status not in (0, 200, 302):
                    self.odd[f"task {page.status}"] += 1
                break
            self.again += sent
            answer = self.browser.ask("POST", f"/tasks/{task}", {"token": token, "lane_finished": "off"})
            sent = sent or answer is None
            if answer is not None:
                self.told(answer, token, sent)
                break

    def told(self, answer: Answer, token: str, sent: bool) -> None:
        if answer.status == 200:
            self.done.append(token)
        elif answer.status == 409:
            (self.unsure if sent else self.late).append(token)
        else:
            self.unsure.append(token)
            self.odd[f"hand-in {answer.status}"] += 1
