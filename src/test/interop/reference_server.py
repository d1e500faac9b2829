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
    parser.add_argument("-r", "--reverse", action="store_true")
    parser.add_argument("-s", "--socks-host", default="127.0.0.1")
    parser.add_argument("-p", "--socks-port", type=int)
    parser.add_argument("-c", "--connector-token")
    parser.add_argument("-a", "--connector-autonomy", action="store_true")
    return parser.parse_args()


def add_tokens(server, chosen):
    if not chosen.reverse:
        server.add_forward_token(chosen.token)
        return
    server.add_reverse_token(token=chosen.token, port=chosen.socks_port,
                             allow_manage_connector=chosen.connector_autonomy)
    if chosen.connector_token:
        server.add_connector_token(chosen.connector_token, chosen.token)


async def main():
    chosen = options()
    logging.basicConfig(level=logging.INFO)
    server = Server(ws_host=chosen.ws_host, ws_port=chosen.ws_port, socks_host=chosen.socks_host,
                    fast_open=chosen.fast_open)
    add_tokens(server, chosen)
    async with server:
        await asyncio.Event().wait()


asyncio.run(main())
