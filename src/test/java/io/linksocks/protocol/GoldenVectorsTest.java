package io.linksocks.protocol;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.linksocks.json.Json;
import io.linksocks.util.Endpoint;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** The golden bytes that all implementations share. */
class GoldenVectorsTest {
    private static final int INFLATE_LIMIT = 32 << 20;
    private static final HexFormat HEX = HexFormat.of();

    @TestFactory
    Stream<DynamicTest> accepts() throws IOException {
        return vectors("accept").map(vector -> DynamicTest.dynamicTest(name(vector), () -> accept(vector)));
    }

    @TestFactory
    Stream<DynamicTest> refuses() throws IOException {
        return vectors("refuse").map(vector -> DynamicTest.dynamicTest(name(vector), () -> refuse(vector)));
    }

    private static void accept(Map<?, ?> vector) throws IOException {
        byte[] bytes = bytes(vector);
        Map<?, ?> fields = (Map<?, ?>) vector.get("message");
        if (fields.get("type").equals("data")) {
            assertData(fields, (Message.Data) Messages.readBehindHeadroom(bytes));
        } else {
            assertEquals(message(fields), Messages.readBehindHeadroom(bytes));
        }
        if (Boolean.TRUE.equals(vector.get("encode"))) {
            Slice encoded = MessageWriter.write(message(fields));
            assertEquals(HEX.formatHex(bytes), HEX.formatHex(encoded.toBytes()));
            assertEquals(MessageWriter.HEADROOM, encoded.offset());
        }
    }

    private static void refuse(Map<?, ?> vector) {
        byte[] bytes = bytes(vector);
        ProtocolException refusal = assertThrows(ProtocolException.class, () -> {
            Message message = Messages.readBehindHeadroom(bytes);
            if (message instanceof Message.Data data && data.compression() == Compression.GZIP) {
                Gzip.inflate(data.payload(), INFLATE_LIMIT);
            }
        });
        assertEquals(bytes.length < 2 ? ProtocolException.NO_TYPE : bytes[1], refusal.type());
    }

    private static void assertData(Map<?, ?> fields, Message.Data data) throws IOException {
        Message.Data expected = (Message.Data) message(fields);
        boolean packed = data.compression() == Compression.GZIP;
        byte[] payload = packed ? Gzip.inflate(data.payload(), INFLATE_LIMIT) : data.payload().toBytes();
        assertArrayEquals(expected.payload().toBytes(), payload);
        assertEquals(
                new Message.Data(expected.transport(), expected.channel(), expected.compression(), data.payload(),
                        expected.source(), expected.target()),
                data);
    }

    private static Message message(Map<?, ?> fields) throws ProtocolException {
        return switch (text(fields, "type")) {
            case "auth" -> new Message.Auth(text(fields, "token"), flag(fields, "reverse"), uuid(fields, "instance"));
            case "auth_response" -> new Message.AuthResponse(flag(fields, "success"), text(fields, "error"));
            case "connect" ->
                new Message.Connect(transport(fields), channel(fields), endpoint(fields, "address", "port"));
            case "data" -> new Message.Data(transport(fields), channel(fields),
                    Compression.of(((Long) fields.get("compression")).intValue()),
                    Slice.of(HEX.parseHex(text(fields, "data_hex"))),
                    endpoint(fields, "address", "port"), endpoint(fields, "target_address", "target_port"));
            case "connect_response" ->
                new Message.ConnectResponse(flag(fields, "success"), channel(fields), text(fields, "error"));
            case "disconnect" -> new Message.Disconnect(channel(fields), text(fields, "error"));
            case "connector" -> new Message.Connector(channel(fields), text(fields, "token"),
                    text(fields, "operation").equals("add") ? Message.Operation.ADD : Message.Operation.REMOVE);
            case "connector_response" -> new Message.ConnectorResponse(channel(fields), flag(fields, "success"),
                    text(fields, "error"), text(fields, "token"));
            case "log" -> new Message.Log(text(fields, "level"), text(fields, "msg"));
            case "partners" -> new Message.Partners((Long) fields.get("count"));
            case "unknown" -> new Message.Unknown(((Long) fields.get("code")).intValue());
            default -> throw new AssertionError("vector of type " + fields.get("type"));
        };
    }

    private static Stream<Map<?, ?>> vectors(String group) throws IOException {
        try (InputStream in = GoldenVectorsTest.class.getResourceAsStream("/vectors/messages.json")) {
            assertNotNull(in);
            Map<?, ?> file = (Map<?, ?>) Json.parse(new String(in.readAllBytes(), StandardCharsets.UTF_8));
            List<?> vectors = (List<?>) file.get(group);
            return vectors.stream().map(vector -> (Map<?, ?>) vector);
        }
    }

    private static String name(Map<?, ?> vector) {
        return text(vector, "name");
    }

    private static byte[] bytes(Map<?, ?> vector) {
        return HEX.parseHex(text(vector, "hex"));
    }

    private static String text(Map<?, ?> fields, String name) {
        return fields.get(name) instanceof String text ? text : "";
    }

    private static boolean flag(Map<?, ?> fields, String name) {
        return (Boolean) fields.get(name);
    }

    private static UUID uuid(Map<?, ?> fields, String name) {
        return UUID.fromString(text(fields, name));
    }

    private static UUID channel(Map<?, ?> fields) {
        return uuid(fields, "channel_id");
    }

    private static Transport transport(Map<?, ?> fields) {
        return text(fields, "protocol").equals("tcp") ? Transport.TCP : Transport.UDP;
    }

    private static Endpoint endpoint(Map<?, ?> fields, String host, String port) {
        String name = text(fields, host);
        return name.isEmpty() ? null : new Endpoint(name, ((Long) fields.get(port)).intValue());
    }
}
