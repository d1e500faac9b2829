"""Starts the reference's server through its Python API, with the flags of its command line that the matrix uses.

The published packages' own `linksocks server` ends at once with an error about a missing WithDirectEnable (seen in
1.8.13 and 1.10.1); the server behind it works. Runs in the environment where the package is installed.
"""

import argparse
import asyncio
import logging

from linksocks import Server


def options():
    parser = argparse.ArgumentParser()
    parser.add_argument("command", choices=["server"])
    parser.add_argument("-t", "--token", required=True)
    parser.add_argument("-H", "--ws-host", required=True)
    parser.add_argument("-P", "--ws-port", type=int, required=True)
    parser.add_argument("-f", "--fast-open", action="store_true")
    return parser.parse_args()


async def main():
    chosen = options()
    logging.basicConfig(level=logging.INFO)
    server = Server(ws_host=chosen.ws_host, ws_port=chosen.ws_port, fast_open=chosen.fast_open)
    server.add_forward_token(chosen.token)
    async with server:
        await asyncio.Event().wait()


asyncio.run(main())
