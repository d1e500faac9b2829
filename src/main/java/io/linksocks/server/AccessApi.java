package io.linksocks.server;

import io.linksocks.access.AccessRules;
import io.linksocks.http.Request;
import io.linksocks.http.Response;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;

/** {@code /api/config/access}: the rules for all whose tokens have none of their own. */
final class AccessApi {
    static final String PATH = "/api/config/access";

    private static final String ENTRY = "entry";
    private static final String DIAL = "dial";
    private static final int OK = 200;
    private static final int BAD_REQUEST = 400;

    private final AccessConfig access;

    AccessApi(AccessConfig access) {
        this.access = access;
    }

    Response show(Request request) {
        return ApiAnswer.json(OK, rules(new LinkedHashMap<>()));
    }

    /** Both lists are read before one is changed: a request takes effect as a whole or not at all. */
    Response change(Request request) throws IOException {
        try {
            ApiBody body = ApiBody.of(request.body());
            AccessRules entry = body.rules(ENTRY);
            AccessRules dial = body.rules(DIAL);
            access.change(entry, dial);
        } catch (ApiBody.InvalidException e) {
            return ApiAnswer.failure(BAD_REQUEST, e.getMessage());
        }
        Map<String, Object> members = new LinkedHashMap<>();
        members.put("success", true);
        return ApiAnswer.json(OK, rules(members));
    }

    private Map<String, Object> rules(Map<String, Object> members) {
        members.put(ENTRY, AccessRuleJson.write(access.entryRules()));
        members.put(DIAL, AccessRuleJson.write(access.dialRules()));
        return members;
    }
}
