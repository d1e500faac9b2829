package io.linksocks.cluster;

import io.linksocks.json.Json;
import io.linksocks.json.JsonException;
import java.net.URI;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A running server, as it presents itself to others.
 *
 * @param tag the front of its session ids, random for each process
 * @param name for display; host and port of its URL
 * @param url where other servers reach it
 * @param pid of its process, on its host
 * @param version of the program
 * @param draining null unless it drains
 */
public record Node(int tag, String name, URI url, long pid, String version, Draining draining) {
    /** What a draining server still waits for, and for how long at most. */
    public record Draining(long sessions, long channels, long seconds) {}

    public Node withDraining(Draining left) {
        return new Node(tag, name, url, pid, version, left);
    }

    /** The tag in eight hexadecimal digits. */
    public String id() {
        return id(tag);
    }

    static String id(int tag) {
        return HexFormat.of().toHexDigits(tag);
    }

    String toJson() {
        Map<String, Object> members = new LinkedHashMap<>();
        members.put("tag", id());
        members.put("name", name);
        members.put("url", url.toString());
        members.put("pid", pid);
        members.put("version", version);
        if (draining != null) {
            members.put("draining", Map.of("sessions", draining.sessions(), "channels", draining.channels(),
                    "seconds", draining.seconds()));
        }
        return Json.write(members);
    }

    /** @throws JsonException when it is no such entry */
    static Node parse(String json) throws JsonException {
        if (Json.parse(json) instanceof Map<?, ?> members) {
            try {
                return new Node(HexFormat.fromHexDigits((String) members.get("tag")), (String) members.get("name"),
                        URI.create((String) members.get("url")), (Long) members.get("pid"), (String) members.get("version"),
                        members.get("draining") instanceof Map<?, ?> left ? draining(left) : null);
            } catch (IllegalArgumentException | ClassCastException | NullPointerException e) {
                throw new JsonException("not the entry of a server");
            }
        }
        throw new JsonException("not the entry of a server");
    }

    private static Draining draining(Map<?, ?> left) {
        return new Draining((Long) left.get("sessions"), (Long) left.get("channels"), (Long) left.get("seconds"));
    }
}
