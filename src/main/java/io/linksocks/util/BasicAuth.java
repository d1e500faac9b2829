package io.linksocks.util;

import java.nio.charset.StandardCharsets;
import java.util.Base64;

/** User name and password as HTTP carries them (RFC 7617, section 2; UTF-8 as its section 2.1 has it). */
public final class BasicAuth {
    private BasicAuth() {}

    /**
     * The value of Authorization or Proxy-Authorization.
     *
     * @throws IllegalArgumentException when HTTP can't carry them
     */
    public static String of(String user, String password) {
        if (user.indexOf(':') >= 0 || (user + password).chars().anyMatch(Character::isISOControl)) {
            throw new IllegalArgumentException("HTTP knows no user with a colon, and no control characters in user and"
                    + " password");
        }
        return "Basic " + Base64.getEncoder().encodeToString((user + ":" + password).getBytes(StandardCharsets.UTF_8));
    }
}
