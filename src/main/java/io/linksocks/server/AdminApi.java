package io.linksocks.server;

import io.linksocks.access.AccessRules;
import io.linksocks.cluster.UnavailableException;
import io.linksocks.http.HttpException;
import io.linksocks.http.Request;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** {@code /api/token} and {@code /api/config/access}: changes tokens and access rules. Responses match the reference. */
final class AdminApi {
    /** Followed by the token. */
    static final String PATH_OF_TOKEN = "/api/token/";

    /** Followed by its number. */
    static final String PATH_OF_CLIENT = "/api/clients/";
    /** Followed by its id. */
    static final String PATH_OF_CHANNEL = "/api/channels/";

    private static final String DISCONNECTED = "closed by the operator of the server";
    private static final String ENTRY = "entry";
    private static final String DIAL = "dial";
    private static final int BAD_REQUEST = 400;
    private static final int NOT_FOUND = 404;
    /** A well-formed request that conflicts with existing tokens or ports. */
    private static final int CONFLICT = 409;

    private static final String UNTIL_RESTART = "until the restart: the server is given this token anew at each start";

    private final ManagedTokens tokens;
    private final AccessConfig access;
    private final Clients clients;
    private final TokenWatch watch;

    AdminApi(ManagedTokens tokens, AccessConfig access, Clients clients, TokenWatch watch) {
        this.clients = clients;
        this.watch = watch;
        this.tokens = tokens;
        this.access = access;
    }

    private static Map<String, Object> success() {
        Map<String, Object> members = new LinkedHashMap<>();
        members.put("success", true);
        return members;
    }

    /** The answer to a change; it says so when the change lasts for this run of the server only. */
    private static Map<String, Object> success(String token, boolean kept) {
        Map<String, Object> members = success(token);
        if (!kept) {
            members.put("note", UNTIL_RESTART);
        }
        return members;
    }

    private static Map<String, Object> success(String token) {
        Map<String, Object> members = success();
        members.put("token", token);
        return members;
    }

    // --- tokens ------------------------------------------------------------------------------------------------------

    Map<String, Object> add(Request request) throws IOException {
        TokenRecord wanted = parse(request.body(), body -> TokenJson.read(body.only(TokenJson.MEMBERS)));
        try {
            Token added = tokens.add(wanted);
            Map<String, Object> members = success(added.value());
            if (added instanceof ReverseToken reverse) {
                members.put("port", reverse.port());
            }
            return members;
        } catch (UnavailableException e) {
            throw e;
        } catch (IllegalArgumentException | IOException e) {
            throw new HttpException(CONFLICT, e.getMessage());
        }
    }

    /** @throws HttpException when the body is not what is expected */
    private static <T> T parse(byte[] body, Function<JsonMembers, T> reader) throws HttpException {
        try {
            return reader.apply(JsonMembers.parse(body));
        } catch (IllegalArgumentException e) {
            throw new HttpException(BAD_REQUEST, e.getMessage());
        }
    }

    Map<String, Object> changeByPath(Request request) throws IOException {
        return change(request.head().path().substring(PATH_OF_TOKEN.length()), parse(request.body(), body -> body));
    }

    Map<String, Object> changeByBody(Request request) throws IOException {
        byte[] body = request.body();
        return change(parse(body, members -> members.text(TokenJson.TOKEN)),
                parse(body, members -> members.without(TokenJson.TOKEN)));
    }

    private Map<String, Object> change(String token, JsonMembers body) throws IOException {
        if (token == null || token.isEmpty()) {
            throw new HttpException(BAD_REQUEST, "token not specified");
        }
        try {
            if (!tokens.change(token, before -> TokenJson.change(body, before))) {
                throw new HttpException(NOT_FOUND, "token does not exist");
            }
        } catch (IllegalArgumentException e) {
            throw new HttpException(BAD_REQUEST, e.getMessage());
        }
        watch.enforce();
        return success(token, tokens.keeps(token));
    }

    Map<String, Object> removeByPath(Request request) throws IOException {
        String token = request.head().path().substring(PATH_OF_TOKEN.length());
        return token.isEmpty() ? removeByBody(request) : remove(token);
    }

    Map<String, Object> removeByBody(Request request) throws IOException {
        byte[] body = request.body();
        String token;
        try {
            token = JsonMembers.parse(body).text(TokenJson.TOKEN);
        } catch (IllegalArgumentException e) {
            return remove(null);
        }
        parse(body, members -> members.only(List.of(TokenJson.TOKEN)));
        return remove(token);
    }

    private Map<String, Object> remove(String token) throws IOException {
        if (token == null) {
            throw new HttpException(BAD_REQUEST, "token not specified");
        }
        boolean kept = tokens.keeps(token);
        if (!tokens.remove(token)) {
            throw new HttpException(NOT_FOUND, "token does not exist");
        }
        return success(token, kept);
    }

    // --- clients and channels ------------------------------------------------------------------------------------------

    /** Disconnects a client, which may connect again. */
    Map<String, Object> disconnect(Request request) throws HttpException {
        String id = request.head().path().substring(PATH_OF_CLIENT.length());
        if (!clients.disconnect(id, DISCONNECTED)) {
            throw new HttpException(NOT_FOUND, "client does not exist");
        }
        return success();
    }

    /** Closes a channel. */
    Map<String, Object> closeChannel(Request request) throws HttpException {
        String id = request.head().path().substring(PATH_OF_CHANNEL.length());
        if (!clients.closeChannel(id, DISCONNECTED)) {
            throw new HttpException(NOT_FOUND, "channel does not exist");
        }
        return success();
    }

    // --- access rules ------------------------------------------------------------------------------------------------

    Map<String, Object> rules() {
        return withRules(new LinkedHashMap<>());
    }

    /** Reads both lists before changing either, so a request takes effect completely or not at all. */
    Map<String, Object> changeRules(Request request) throws IOException {
        record Change(AccessRules entry, AccessRules dial) {}
        Change change = parse(request.body(), body -> {
            body.only(List.of(ENTRY, DIAL));
            return new Change(body.rules(ENTRY), body.rules(DIAL));
        });
        access.change(change.entry(), change.dial());
        return withRules(success());
    }

    private Map<String, Object> withRules(Map<String, Object> members) {
        members.put(ENTRY, AccessRuleJson.write(access.entryRules()));
        members.put(DIAL, AccessRuleJson.write(access.dialRules()));
        return members;
    }
}
