package io.linksocks.server;

import io.linksocks.session.ChannelSnapshot;
import io.linksocks.session.SessionSnapshot;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/** What is known of a server as the API says it. */
final class MonitorJson {
    private MonitorJson() {}

    static Map<String, Object> of(ClientSnapshot client) {
        SessionSnapshot session = client.session();
        Map<String, Object> members = new LinkedHashMap<>();
        members.put("id", client.id());
        members.put("role", client.role());
        members.put("token", client.token());
        members.put("address", session.peer());
        members.put("version", client.program());
        members.put("extensions", session.features().names());
        members.put("attached", session.attached());
        members.put("round_trip_ms", session.roundTrip().isZero() ? null : millis(session.roundTrip()));
        members.put("resumes", session.resumes());
        members.put("connected_seconds", session.age().toSeconds());
        members.put("channels", session.channels());
        members.put("bytes_in", session.receivedBytes());
        members.put("bytes_out", session.sentBytes());
        members.put("messages_in", session.receivedMessages());
        members.put("messages_out", session.sentMessages());
        members.put("replay_bytes", session.replayBytes());
        return members;
    }

    /** To the microsecond. */
    private static double millis(Duration time) {
        return Math.round(time.toNanos() / 1e3) / 1e3;
    }

    static Map<String, Object> of(ChannelList list) {
        Map<String, Object> members = new LinkedHashMap<>();
        members.put("total", list.total());
        members.put("channels", list.channels().stream().map(MonitorJson::of).toList());
        return members;
    }

    private static Map<String, Object> of(ChannelList.Entry entry) {
        ChannelSnapshot channel = entry.channel();
        Map<String, Object> members = new LinkedHashMap<>();
        members.put("id", channel.id().toString());
        members.put("client", entry.client());
        members.put("protocol", name(channel.transport()));
        members.put("target", channel.target() == null ? null : channel.target().toString());
        members.put("bytes_in", channel.receivedBytes());
        members.put("bytes_out", channel.sentBytes());
        members.put("queued_bytes", channel.queuedBytes());
        members.put("age_seconds", channel.age().toSeconds());
        members.put("idle_seconds", channel.idle().toSeconds());
        return members;
    }

    static Map<String, Object> of(Totals totals) {
        Map<String, Object> members = new LinkedHashMap<>();
        members.put("uptime_seconds", totals.uptime().toSeconds());
        members.put("clients", totals.clients());
        members.put("channels", totals.channels());
        members.put("channels_opened", totals.openedChannels());
        members.put("bytes_in", totals.receivedBytes());
        members.put("bytes_out", totals.sentBytes());
        members.put("messages_in", totals.receivedMessages());
        members.put("messages_out", totals.sentMessages());
        members.put("resumes", totals.resumes());
        members.put("retransmitted_bytes", totals.retransmittedBytes());
        members.put("stalls", totals.stalls());
        members.put("dropped_datagrams", totals.droppedDatagrams());
        members.put("auth_failures", totals.authFailures());
        Map<String, Object> dialErrors = new LinkedHashMap<>();
        totals.dialErrors().forEach((kind, count) -> dialErrors.put(name(kind), count));
        members.put("dial_errors", dialErrors);
        members.put("queued_bytes", totals.queuedBytes());
        members.put("replay_bytes", totals.replayBytes());
        return members;
    }

    private static String name(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }
}
