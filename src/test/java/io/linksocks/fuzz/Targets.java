package io.linksocks.fuzz;

import io.linksocks.access.RuleFuzz;
import io.linksocks.cli.CommandLineFuzz;
import io.linksocks.cli.ConfigFuzz;
import io.linksocks.cluster.EtcdFuzz;
import io.linksocks.http.BodyFuzz;
import io.linksocks.http.HeadFuzz;
import io.linksocks.http.ProxyHeaderFuzz;
import io.linksocks.http.ProxyRequestFuzz;
import io.linksocks.http.ProxyResponseFuzz;
import io.linksocks.json.JsonFuzz;
import io.linksocks.protocol.GzipFuzz;
import io.linksocks.protocol.MessageFuzz;
import io.linksocks.seal.RecordFuzz;
import io.linksocks.seal.SealedFuzz;
import io.linksocks.server.NodeHandshakeFuzz;
import io.linksocks.server.TokenFileFuzz;
import io.linksocks.socks.Socks4Fuzz;
import io.linksocks.socks.SocksFuzz;
import io.linksocks.socks.UdpHeaderFuzz;
import io.linksocks.tls.PemFuzz;
import io.linksocks.websocket.FrameFuzz;
import java.util.List;

/** All that is fuzzed. */
final class Targets {
    static final List<String> NAMES = List.of("head", "body", "proxy", "answers", "source", "frames", "messages", "gzip",
            "sealed", "records", "socks", "socks4", "udp", "json", "pem", "cli", "config", "tokens", "rules", "nodes",
            "etcd", "handover", "session");

    private Targets() {}

    static FuzzTarget named(String name) {
        return switch (name) {
            case "head" -> new HeadFuzz();
            case "body" -> new BodyFuzz();
            case "proxy" -> new ProxyRequestFuzz();
            case "answers" -> new ProxyResponseFuzz();
            case "source" -> new ProxyHeaderFuzz();
            case "frames" -> new FrameFuzz();
            case "messages" -> new MessageFuzz();
            case "gzip" -> new GzipFuzz();
            case "sealed" -> new SealedFuzz();
            case "records" -> new RecordFuzz();
            case "socks" -> new SocksFuzz();
            case "socks4" -> new Socks4Fuzz();
            case "udp" -> new UdpHeaderFuzz();
            case "json" -> new JsonFuzz();
            case "pem" -> new PemFuzz();
            case "cli" -> new CommandLineFuzz();
            case "config" -> new ConfigFuzz();
            case "tokens" -> new TokenFileFuzz();
            case "rules" -> new RuleFuzz();
            case "nodes" -> new NodeHandshakeFuzz();
            case "etcd" -> new EtcdFuzz();
            case "handover" -> new HandoverFuzz();
            case "session" -> new SessionFuzz();
            default -> throw new IllegalArgumentException("no target " + name + "; there are " + String.join(", ", NAMES));
        };
    }
}
