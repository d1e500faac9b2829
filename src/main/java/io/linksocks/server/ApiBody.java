package io.linksocks.server;

import io.linksocks.access.AccessRules;
import io.linksocks.json.Json;
import io.linksocks.json.JsonException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/** The JSON object that a request to the HTTP API carries. Members that mean nothing to us are let pass. */
final class ApiBody {
    private static final int MAX_PORT = 0xFFFF;

    private final Map<?, ?> members;

    private ApiBody(Map<?, ?> members) {
        this.members = members;
    }

    /** A request that does not have the types it should; the message is for the client. */
    static final class InvalidException extends Exception {
        private static final long serialVersionUID = 1L;

        private InvalidException(String message, Exception cause) {
            super(message, cause);
        }

        private InvalidException() {
            this("invalid request body", null);
        }
    }

    static ApiBody of(byte[] body) throws InvalidException {
        try {
            String text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(body)).toString();
            if (Json.parse(text) instanceof Map<?, ?> object) {
                return new ApiBody(object);
            }
        } catch (CharacterCodingException | JsonException e) {
            throw new InvalidException("invalid request body", e);
        }
        throw new InvalidException();
    }

    /** Null when it is absent or null. */
    AccessRules rules(String name) throws InvalidException {
        try {
            return AccessRuleJson.read(members.get(name));
        } catch (IllegalArgumentException e) {
            throw new InvalidException(name + ": " + e.getMessage(), e);
        }
    }

    /** Null when it is absent, null or empty, between which the reference makes no difference. */
    String text(String name) throws InvalidException {
        return switch (members.get(name)) {
            case null -> null;
            case String text -> text.isEmpty() ? null : text;
            default -> throw new InvalidException();
        };
    }

    /** False when it is absent. */
    boolean flag(String name) throws InvalidException {
        return switch (members.get(name)) {
            case null -> false;
            case Boolean flag -> flag;
            default -> throw new InvalidException();
        };
    }

    /** 0 when it is absent. */
    int port(String name) throws InvalidException {
        return switch (members.get(name)) {
            case null -> 0;
            case Long number when number >= 0 && number <= MAX_PORT -> number.intValue();
            default -> throw new InvalidException();
        };
    }
}
