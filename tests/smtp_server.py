"""A mail server of the tests: takes what it is told to take, remembers what it took."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default


@dataclass
class SmtpServer:
    """`refusing`: what it says to every recipient, as in `550 no such mailbox`; `hanging`: it says nothing at all."""

    port: int = 0
    refusing: str = ""
    hanging: bool = False
    letters: list[EmailMessage] = field(default_factory=list)
    recipients: list[str] = field(default_factory=list)
    said: list[str] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self.port}"

    async def talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        def say(line: str) -> None:
            writer.write(line.encode() + b"\r\n")

        if self.hanging:
            await reader.read()
            writer.close()
            return
        say("220 tests")
        while line := (await reader.readline()).decode().strip():
            self.said.append(line)
            word = line[:4].upper()
            if word == "RCPT":
                self.recipients += [] if self.refusing else [line[8:].strip("<> ")]
                say(self.refusing or "250 yes")
            elif word == "DATA":
                say("354 go on")
                letter = await reader.readuntil(b"\r\n.\r\n")
                self.letters.append(message_from_bytes(letter[:-3].replace(b"\r\n..", b"\r\n."), policy=default))
                say("250 taken")
            elif word == "QUIT":
                say("221 bye")
                break
            else:
                say("250 yes")
        writer.close()


@asynccontextmanager
async def smtp_server() -> AsyncIterator[SmtpServer]:
    told = SmtpServer()
    server = await asyncio.start_server(told.talk, "127.0.0.1", 0)
    told.port = server.sockets[0].getsockname()[1]
    async with server:
        yield told
