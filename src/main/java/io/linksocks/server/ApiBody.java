package io.linksocks.server;

import io.linksocks.access.AccessRules;
import io.linksocks.http.HttpException;
import io.linksocks.json.Json;
import io.linksocks.json.JsonException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/**
 * The JSON object in the body of a request to the HTTP API; unknown members are ignored.
 *
 * @param members as {@link Json#parse} returns them
 */
record ApiBody(Map<?, ?> members) {
    private static final int MAX_PORT = 0xFFFF;

    /** @throws HttpException with status 400 when the body is no JSON object; the getters throw it for a wrong type */
    static ApiBody of(byte[] body) throws HttpException {
        try {
            String text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(body)).toString();
            if (Json.parse(text) instanceof Map<?, ?> object) {
                return new ApiBody(object);
            }
            throw invalid();
        } catch (CharacterCodingException | JsonException e) {
            throw invalid();
        }
    }

    private static HttpException invalid() {
        return new HttpException(400, "invalid request body");
    }

    /** Null when absent or null. */
    AccessRules rules(String name) throws HttpException {
        try {
            return AccessRuleJson.read(members.get(name));
        } catch (IllegalArgumentException e) {
            throw new HttpException(400, name + ": " + e.getMessage());
        }
    }

    /** Null when absent, null or empty, which the reference treats alike. */
    String text(String name) throws HttpException {
        return switch (members.get(name)) {
            case null -> null;
            case String text -> text.isEmpty() ? null : text;
            default -> throw invalid();
        };
    }

    /** False when absent. */
    boolean flag(String name) throws HttpException {
        return switch (members.get(name)) {
            case null -> false;
            case Boolean flag -> flag;
            default -> throw invalid();
        };
    }

    /** 0 when absent. */
    int port(String name) throws HttpException {
        return switch (members.get(name)) {
            case null -> 0;
            case Long number when number >= 0 && number <= MAX_PORT -> number.intValue();
            default -> throw invalid();
        };
    }
}
