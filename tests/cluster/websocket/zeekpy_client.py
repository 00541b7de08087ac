"""A client made with zeekpy: sends values of most types to a node, which sends them back."""

import asyncio
import dataclasses
import datetime
import ipaddress
import sys

import zeekpy
from zeekpy import addr, count, enum, port, subnet


@dataclasses.dataclass
class R:
    a: count
    b: str | None = None


SENT = [
    datetime.datetime(2023, 11, 14, 22, 13, 20, 500000, datetime.UTC),
    datetime.timedelta(seconds=1.5),
    {(count(1), "x"): 2.5},
    [R(count(1)), R(count(2), "y")],
    {ipaddress.ip_network("10.0.0.0/8"), ipaddress.ip_network("2001:db8::/32")},
    ipaddress.ip_address("1.2.3.4"),
    port(80, "tcp"),
    enum("My::GREEN"),
    True,
    -7,
]

class_name, number = sys.argv[1:]
zeek = getattr(zeekpy, class_name)(
    f"ws://127.0.0.1:{number}/v1/messages/json", topics=["/out"], app_name="zeekpy/test"
)


class Done(Exception):
    pass


def check_pong(s, c):
    assert (s, c) == ("hi\u00fc!", 42), (s, c)


def check_values(values):
    assert values == SENT, values
    print("all as it should be", flush=True)


if class_name == "Zeek":

    @zeek.on("My::pong")
    def pong(s: str, c: count):
        check_pong(s, c)
        zeek.publish("/in", "My::values", SENT)

    @zeek.on("My::values")
    def values(
        t: datetime.datetime,
        i: datetime.timedelta,
        tb: dict[tuple[count, str], float],
        v: list[R],
        st: set[subnet],
        a: addr,
        p: port,
        e: enum,
        b: bool,
        n: int,
    ):
        check_values([t, i, tb, v, st, a, p, e, b, n])
        raise Done

    try:
        with zeek:
            zeek.publish("/in", "My::ping", ["hi\u00fc", count(41)])
            try:
                zeek.consume(timeout=30)
            except Done:
                pass
    except Done:
        pass
else:
    done = asyncio.Event()

    @zeek.on("My::pong")
    async def pong(s: str, c: count):
        check_pong(s, c)
        await zeek.publish("/in", "My::values", SENT)

    @zeek.on("My::values")
    def values(
        t: datetime.datetime,
        i: datetime.timedelta,
        tb: dict[tuple[count, str], float],
        v: list[R],
        st: set[subnet],
        a: addr,
        p: port,
        e: enum,
        b: bool,
        n: int,
    ):
        check_values([t, i, tb, v, st, a, p, e, b, n])
        done.set()

    async def main():
        async with zeek:
            await zeek.publish("/in", "My::ping", ["hi\u00fc", count(41)])
            consuming = asyncio.create_task(zeek.consume())
            await asyncio.wait_for(done.wait(), 30)
            consuming.cancel()
            try:
                await consuming
            except asyncio.CancelledError:
                pass

    asyncio.run(main())
