package io.linksocks.server;

import io.linksocks.access.AccessRules;
import io.linksocks.http.HttpException;
import io.linksocks.http.Request;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** {@code /api/token} and {@code /api/config/access}: changes tokens and access rules. Responses match the reference. */
final class AdminApi {
    /** Followed by the token. */
    static final String PATH_OF_TOKEN = "/api/token/";

    private static final String ENTRY = "entry";
    private static final String DIAL = "dial";
    private static final int BAD_REQUEST = 400;
    private static final int NOT_FOUND = 404;
    /** A well-formed request that conflicts with existing tokens or ports. */
    private static final int CONFLICT = 409;

    private final TokenRegistry tokens;
    private final AccessConfig access;

    AdminApi(TokenRegistry tokens, AccessConfig access) {
        this.tokens = tokens;
        this.access = access;
    }

    private static Map<String, Object> success() {
        Map<String, Object> members = new LinkedHashMap<>();
        members.put("success", true);
        return members;
    }

    private static Map<String, Object> success(String token) {
        Map<String, Object> members = success();
        members.put("token", token);
        return members;
    }

    // --- tokens ------------------------------------------------------------------------------------------------------

    Map<String, Object> add(Request request) throws IOException {
        ApiBody body = ApiBody.of(request.body());
        AccessRules rules = Objects.requireNonNullElse(body.rules("rules"), AccessRules.NONE);
        try {
            return switch (String.valueOf(body.text("type"))) {
                case "forward" -> success(tokens.addForward(body.text("token"), rules).value());
                case "reverse" -> addReverse(body, rules);
                case "connector" -> addConnector(body, rules);
                default -> throw new HttpException(BAD_REQUEST, "invalid token type");
            };
        } catch (HttpException e) {
            throw e;
        } catch (IllegalArgumentException | IOException e) {
            throw new HttpException(CONFLICT, e.getMessage());
        }
    }

    private Map<String, Object> addReverse(ApiBody body, AccessRules rules) throws IOException {
        String username = body.text("username");
        String password = body.text("password");
        if ((username == null) != (password == null)) {
            throw new HttpException(BAD_REQUEST, "username and password must be set together");
        }
        ReverseToken added = tokens.addReverse(new ReverseTokenOptions(body.text("token"), body.port("port"), username,
                password, body.flag("allow_manage_connector"), rules, List.of()));
        Map<String, Object> members = success(added.value());
        members.put("port", added.port());
        return members;
    }

    private Map<String, Object> addConnector(ApiBody body, AccessRules rules) throws HttpException {
        String reverse = body.text("reverse_token");
        if (reverse == null) {
            throw new HttpException(BAD_REQUEST, "reverse_token is required for a connector token");
        }
        return success(tokens.addConnector(body.text("token"), reverse, rules).value());
    }

    Map<String, Object> removeByPath(Request request) throws IOException {
        String token = request.head().path().substring(PATH_OF_TOKEN.length());
        return token.isEmpty() ? removeByBody(request) : remove(token);
    }

    Map<String, Object> removeByBody(Request request) throws IOException {
        byte[] body = request.body();
        String token;
        try {
            token = ApiBody.of(body).text("token");
        } catch (HttpException e) {
            token = null;
        }
        return remove(token);
    }

    private Map<String, Object> remove(String token) throws HttpException {
        if (token == null) {
            throw new HttpException(BAD_REQUEST, "token not specified");
        }
        if (!tokens.remove(token)) {
            throw new HttpException(NOT_FOUND, "token does not exist");
        }
        return success(token);
    }

    // --- access rules ------------------------------------------------------------------------------------------------

    Map<String, Object> rules() {
        return withRules(new LinkedHashMap<>());
    }

    /** Reads both lists before changing either, so a request takes effect completely or not at all. */
    Map<String, Object> changeRules(Request request) throws IOException {
        ApiBody body = ApiBody.of(request.body());
        AccessRules entry = body.rules(ENTRY);
        AccessRules dial = body.rules(DIAL);
        access.change(entry, dial);
        return withRules(success());
    }

    private Map<String, Object> withRules(Map<String, Object> members) {
        members.put(ENTRY, AccessRuleJson.write(access.entryRules()));
        members.put(DIAL, AccessRuleJson.write(access.dialRules()));
        return members;
    }
}
