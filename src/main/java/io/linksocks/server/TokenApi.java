package io.linksocks.server;

import io.linksocks.http.Request;
import io.linksocks.http.Response;
import io.linksocks.json.Json;
import io.linksocks.json.JsonException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/** {@code /api/token}: adds and removes tokens. Members of a request that mean nothing to us are let pass. */
final class TokenApi {
    /** Followed by the token. */
    static final String PATH_OF_ONE = "/api/token/";

    private static final int BAD_REQUEST = 400;
    private static final int NOT_FOUND = 404;
    /** What was asked for does not go with the tokens and ports that there are. */
    private static final int CONFLICT = 409;
    private static final int MAX_PORT = 0xFFFF;

    private final TokenRegistry tokens;

    TokenApi(TokenRegistry tokens) {
        this.tokens = tokens;
    }

    /** A request that does not have the types it should. */
    private static final class InvalidBodyException extends Exception {
        private static final long serialVersionUID = 1L;
    }

    // --- adding ----------------------------------------------------------------------------------------------------

    Response add(Request request) {
        try {
            Map<?, ?> body = body(request);
            return switch (String.valueOf(text(body, "type"))) {
                case "forward" -> ApiAnswer.token(tokens.addForward(text(body, "token")).value());
                case "reverse" -> addReverse(body);
                case "connector" -> addConnector(body);
                default -> ApiAnswer.failure(BAD_REQUEST, "invalid token type");
            };
        } catch (InvalidBodyException e) {
            return ApiAnswer.failure(BAD_REQUEST, "invalid request body");
        } catch (IllegalArgumentException | IOException e) {
            return ApiAnswer.failure(CONFLICT, e.getMessage());
        }
    }

    private Response addReverse(Map<?, ?> body) throws InvalidBodyException, IOException {
        ReverseTokenOptions wanted = ReverseTokenOptions.DEFAULT
                .withToken(text(body, "token"))
                .withPort(port(body))
                .withConnectorAutonomy(flag(body, "allow_manage_connector"));
        String username = text(body, "username");
        String password = text(body, "password");
        if ((username == null) != (password == null)) {
            return ApiAnswer.failure(BAD_REQUEST, "username and password need each other");
        }
        ReverseToken added = tokens.addReverse(wanted.withCredentials(username, password));
        return ApiAnswer.token(added.value(), added.port());
    }

    private Response addConnector(Map<?, ?> body) throws InvalidBodyException {
        String reverse = text(body, "reverse_token");
        return reverse == null
                ? ApiAnswer.failure(BAD_REQUEST, "reverse_token is required for connector token")
                : ApiAnswer.token(tokens.addConnector(text(body, "token"), reverse).value());
    }

    // --- removing --------------------------------------------------------------------------------------------------

    Response removeByPath(Request request) {
        String token = request.head().path().substring(PATH_OF_ONE.length());
        return token.isEmpty() ? removeByBody(request) : remove(token);
    }

    Response removeByBody(Request request) {
        try {
            return remove(text(body(request), "token"));
        } catch (InvalidBodyException e) {
            return remove(null);
        }
    }

    private Response remove(String token) {
        if (token == null) {
            return ApiAnswer.failure(BAD_REQUEST, "token not specified");
        }
        return tokens.remove(token) ? ApiAnswer.token(token) : ApiAnswer.failure(NOT_FOUND, "token does not exist");
    }

    // --- bodies ----------------------------------------------------------------------------------------------------

    private static Map<?, ?> body(Request request) throws InvalidBodyException {
        try {
            String text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(request.body())).toString();
            if (Json.parse(text) instanceof Map<?, ?> object) {
                return object;
            }
        } catch (CharacterCodingException | JsonException e) {
            throw (InvalidBodyException) new InvalidBodyException().initCause(e);
        }
        throw new InvalidBodyException();
    }

    /** Null when it is absent, null or empty, between which the reference makes no difference. */
    private static String text(Map<?, ?> body, String name) throws InvalidBodyException {
        return switch (body.get(name)) {
            case null -> null;
            case String text -> text.isEmpty() ? null : text;
            default -> throw new InvalidBodyException();
        };
    }

    private static boolean flag(Map<?, ?> body, String name) throws InvalidBodyException {
        return switch (body.get(name)) {
            case null -> false;
            case Boolean flag -> flag;
            default -> throw new InvalidBodyException();
        };
    }

    /** 0 when it is absent. */
    private static int port(Map<?, ?> body) throws InvalidBodyException {
        return switch (body.get("port")) {
            case null -> 0;
            case Long number when number >= 0 && number <= MAX_PORT -> number.intValue();
            default -> throw new InvalidBodyException();
        };
    }
}
