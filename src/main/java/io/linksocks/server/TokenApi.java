package io.linksocks.server;

import io.linksocks.access.AccessRules;
import io.linksocks.http.Request;
import io.linksocks.http.Response;
import java.io.IOException;
import java.util.Objects;

/** {@code /api/token}: adds and removes tokens. */
final class TokenApi {
    /** Followed by the token. */
    static final String PATH_OF_ONE = "/api/token/";

    private static final int BAD_REQUEST = 400;
    private static final int NOT_FOUND = 404;
    /** What was asked for does not go with the tokens and ports that there are. */
    private static final int CONFLICT = 409;

    private final TokenRegistry tokens;

    TokenApi(TokenRegistry tokens) {
        this.tokens = tokens;
    }

    // --- adding ----------------------------------------------------------------------------------------------------

    Response add(Request request) throws IOException {
        byte[] sent = request.body();
        try {
            ApiBody body = ApiBody.of(sent);
            AccessRules rules = Objects.requireNonNullElse(body.rules("rules"), AccessRules.NONE);
            return switch (String.valueOf(body.text("type"))) {
                case "forward" -> ApiAnswer.token(tokens.addForward(body.text("token"), rules).value());
                case "reverse" -> addReverse(body, rules);
                case "connector" -> addConnector(body, rules);
                default -> ApiAnswer.failure(BAD_REQUEST, "invalid token type");
            };
        } catch (ApiBody.InvalidException e) {
            return ApiAnswer.failure(BAD_REQUEST, e.getMessage());
        } catch (IllegalArgumentException | IOException e) {
            return ApiAnswer.failure(CONFLICT, e.getMessage());
        }
    }

    private Response addReverse(ApiBody body, AccessRules rules) throws ApiBody.InvalidException, IOException {
        ReverseTokenOptions wanted = ReverseTokenOptions.DEFAULT
                .withToken(body.text("token"))
                .withPort(body.port("port"))
                .withAccessRules(rules)
                .withConnectorAutonomy(body.flag("allow_manage_connector"));
        String username = body.text("username");
        String password = body.text("password");
        if ((username == null) != (password == null)) {
            return ApiAnswer.failure(BAD_REQUEST, "username and password need each other");
        }
        ReverseToken added = tokens.addReverse(wanted.withCredentials(username, password));
        return ApiAnswer.token(added.value(), added.port());
    }

    private Response addConnector(ApiBody body, AccessRules rules) throws ApiBody.InvalidException {
        String reverse = body.text("reverse_token");
        return reverse == null
                ? ApiAnswer.failure(BAD_REQUEST, "reverse_token is required for connector token")
                : ApiAnswer.token(tokens.addConnector(body.text("token"), reverse, rules).value());
    }

    // --- removing --------------------------------------------------------------------------------------------------

    Response removeByPath(Request request) throws IOException {
        String token = request.head().path().substring(PATH_OF_ONE.length());
        return token.isEmpty() ? removeByBody(request) : remove(token);
    }

    Response removeByBody(Request request) throws IOException {
        try {
            return remove(ApiBody.of(request.body()).text("token"));
        } catch (ApiBody.InvalidException e) {
            return remove(null);
        }
    }

    private Response remove(String token) {
        if (token == null) {
            return ApiAnswer.failure(BAD_REQUEST, "token not specified");
        }
        return tokens.remove(token) ? ApiAnswer.token(token) : ApiAnswer.failure(NOT_FOUND, "token does not exist");
    }
}
