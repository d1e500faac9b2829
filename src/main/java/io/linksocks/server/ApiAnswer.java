package io.linksocks.server;

import io.linksocks.http.HttpException;
import io.linksocks.http.Response;
import io.linksocks.json.Json;
import java.util.LinkedHashMap;
import java.util.Map;

/** Answers of the HTTP API, with the fields of the reference in its order. */
final class ApiAnswer {
    private ApiAnswer() {}

    static Response json(int status, Map<String, Object> members) {
        return Response.of(status, "application/json", Json.write(members) + "\n");
    }

    static Response failure(int status, String error) {
        Map<String, Object> members = new LinkedHashMap<>();
        members.put("success", false);
        members.put("error", error);
        return json(status, members);
    }

    /** The same refusal in JSON, with its header fields. */
    static Response failure(HttpException refusal) {
        Response response = failure(refusal.status(), refusal.getMessage());
        return new Response(response.status(), response.contentType(), refusal.response().headers(), response.body());
    }

    static Response token(String token) {
        Map<String, Object> members = new LinkedHashMap<>();
        members.put("success", true);
        members.put("token", token);
        return json(200, members);
    }

    static Response token(String token, int port) {
        Map<String, Object> members = new LinkedHashMap<>();
        members.put("success", true);
        members.put("token", token);
        members.put("port", port);
        return json(200, members);
    }
}
