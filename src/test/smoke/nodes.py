"""Clients and providers at different nodes of a cluster; nodes that are killed, and nodes that are replaced under load."""

import re
import signal
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pace
import socks
import targets
from cluster import Cluster
from exchange import GAP, Streams, connect_often
from processes import LOOPBACK, free_port, wait_until
from relay import Relay
from stage import TOKEN, expect

_PROVIDER, _CONNECTOR = "token-of-providers", "token-of-connectors"
_DOWNLOADS = 4  # at once
_ROUNDS = 8  # at most; the fastest is the one that others have disturbed least
_LEAST_PART = 0.6  # of the rate within one node
_BACK = 3.0  # seconds until clients of a killed node's provider work again
_CUTS = 30  # at least a second apart


def _add_tokens(cluster):
    cluster.add(0, TOKEN)
    cluster.add(0, _PROVIDER, type="reverse")
    cluster.add(0, _CONNECTOR, type="connector", reverse_token=_PROVIDER)


def _join(stage, role, port, token, *flags):
    """Starts a connector or client, and returns its SOCKS port."""
    proxy = free_port()
    stage.peer(role, port, "-p", proxy, "--reconnect-delay", "100ms", *flags, token=token).wait_for_port(proxy)
    return proxy


def _provide(stage, port):
    provider = stage.peer("provider", port, "--reconnect-delay", "100ms", token=_PROVIDER)
    provider.wait_for_output("connected to")
    return provider


def _rate(proxy, stage, pool):
    """MiB a second of some downloads at once, whose bytes are only counted: other checks compare them."""
    size = len(stage.targets.data)

    def download(_):
        buffer = bytearray(1 << 18)
        with socks.connect(proxy, (LOOPBACK, stage.targets.bulk)) as sock:
            sock.sendall(targets.download_command(size))
            left = size
            while left > 0:
                count = sock.recv_into(buffer)
                expect(count, f"a download ended {left} bytes early")
                left -= count

    began = time.monotonic()
    list(pool.map(download, range(_DOWNLOADS)))
    return _DOWNLOADS * size / (1 << 20) / (time.monotonic() - began)


def reaches_providers_at_other_nodes(stage):
    with Cluster(stage) as cluster, ThreadPoolExecutor(_DOWNLOADS) as pool:
        _add_tokens(cluster)
        _provide(stage, cluster.ports[0])
        near, far = (_join(stage, "connector", port, _CONNECTOR) for port in cluster.ports[:2])
        one, two, began = 0, 0, time.monotonic()
        for number in range(_ROUNDS):
            one, two = max(one, _rate(near, stage, pool)), max(two, _rate(far, stage, pool))
            if number and two >= _LEAST_PART * one:
                break
        print(f"  through one node {one:.0f} MiB/s, through two {two:.0f} MiB/s: {two / one:.2f} of it")
        # Where processors are short, one more process and hop cost their share of them as well.
        least = _LEAST_PART / min(2, pace.slowness(began))
        expect(two >= least * one, f"only {two:.0f} MiB/s through two nodes, {one:.0f} MiB/s through one")


def survives_the_death_of_a_providers_node(stage):
    with Cluster(stage) as cluster:
        _add_tokens(cluster)
        front = cluster.start_proxy()
        _provide(stage, front)
        hosts = []
        wait_until(lambda: hosts.extend(number for number in range(3) if " provider 127" in cluster.nodes[number].output())
                   or hosts, "a node should have the provider")
        victim = hosts[0]
        connectors = [_join(stage, "connector", cluster.ports[number], _CONNECTOR) for number in range(3) if number != victim]
        for proxy in connectors:
            socks.echo(proxy, (LOOPBACK, stage.targets.echo))
        cluster.nodes[victim].send(signal.SIGKILL)
        began = time.monotonic()
        for proxy in connectors:
            wait_until(lambda: socks.echoes(proxy, (LOOPBACK, stage.targets.echo)), "connections should work again")
        took = time.monotonic() - began
        print(f"  connections work {took:.1f} s after the death of the provider's node")
        pace.expect_within(_BACK, took, began, "connections worked again")


def loses_nothing_behind_round_robin(stage):
    with Cluster(stage) as cluster, ThreadPoolExecutor(16) as pool:
        _add_tokens(cluster)
        relay = Relay(cluster.start_proxy())
        streams = Streams(_join(stage, "client", relay.port, TOKEN), stage, pool)
        for number in range(1, _CUTS + 1):
            time.sleep(1)
            relay.cut()
            wait_until(lambda: _count(cluster, "client .* resumed") >= number, f"cut {number} should be survived")
        expect(streams.running(), "the streams ended before the cuts did")
        streams.finish()
        # Each direction of a link that is passed on reports its end.
        resumes, passed = _count(cluster, "client .* resumed"), _count(cluster, " link of ") // 2
        print(f"  {_CUTS} cuts, {resumes} resumes, {passed} of them through other nodes; longest gap {streams.longest_gap:.2f} s")
        expect(passed >= _CUTS // 3, f"only {passed} of {resumes} resumes through other nodes")


def _count(cluster, pattern):
    """In the logs of all nodes."""
    return sum(len(re.findall(pattern, node.output())) for node in cluster.nodes)


def updates_all_nodes_under_load(stage):
    with Cluster(stage) as cluster, ThreadPoolExecutor(24) as pool:
        for number, node in enumerate(cluster.nodes):
            node.end()
            cluster.nodes[number] = cluster.start_node(number, *_drains(cluster, number))
        _add_tokens(cluster)
        front = cluster.start_proxy()
        _provide(stage, front)
        proxies = [_join(stage, "client", front, TOKEN), _join(stage, "connector", front, _CONNECTOR)]
        loads = [Streams(proxy, stage, pool) for proxy in proxies]
        done, began = threading.Event(), time.monotonic()
        refused = [pool.submit(connect_often, proxy, stage, done) for proxy in proxies]
        old = []
        for number, node in enumerate(cluster.nodes):
            cluster.nodes[number] = cluster.start_node(number, *_drains(cluster, number))
            cluster.nodes[number].wait_for_output("WebSocket port open")
            node.send(signal.SIGTERM)
            old.append(node)
            time.sleep(3)
        done.set()
        for count in refused:
            expect(count.result() == 0, f"{count.result()} new connections refused")
        gap = max(load.longest_gap for load in loads)
        expect(all(load.running() for load in loads), "the streams ended before the last node was replaced")
        for load in loads:
            load.finish()
        ended = time.monotonic()
        for node in old:
            expect(node.wait_for_exit() == 0, "an old node ended with an error")
        print(f"  three nodes replaced, longest gap {gap:.2f} s, the last old one ended {time.monotonic() - ended:.1f} s after"
              " its last stream")
        pace.expect_within(GAP, gap, began, "a stream stood still")


def _drains(cluster, number):
    return "--drain", "10m", "--node-dir", cluster.folder / f"node-{number}"


CHECKS = {"providers at other nodes": reaches_providers_at_other_nodes,
          "death of a node": survives_the_death_of_a_providers_node,
          "nodes behind round robin": loses_nothing_behind_round_robin,
          "update of all nodes": updates_all_nodes_under_load}
