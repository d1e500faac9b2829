package io.linksocks.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.linksocks.http.RequestHead;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class DashboardLoginsTest {
    /** Near the end of the scale, which a nanosecond clock may pass. */
    private long now = Long.MAX_VALUE - Duration.ofHours(1).toNanos();
    private final DashboardLogins logins = new DashboardLogins(() -> now);

    private static RequestHead head(String... fields) throws IOException {
        String text = "GET /api/status HTTP/1.1\r\nHost: server\r\n" + String.join("\r\n", fields) + "\r\n\r\n";
        return RequestHead.read(new ByteArrayInputStream(text.getBytes(StandardCharsets.US_ASCII)));
    }

    /** The cookie as a browser sends it back. */
    private static String cookie(DashboardLogins.Login login) {
        return "Cookie: theme=dark; " + login.cookie().split(";")[0];
    }

    private static String half(DashboardLogins.Login login) {
        return "LinkSocks-Session: " + login.half();
    }

    private static RequestHead with(DashboardLogins.Login login) throws IOException {
        return head(cookie(login), half(login));
    }

    private DashboardLogins.Login open() throws IOException {
        return logins.open(head("Origin: http://server"));
    }

    @Test
    void takesBothHalvesOfOneLogin() throws IOException {
        DashboardLogins.Login login = open();
        DashboardLogins.Login another = open();
        assertTrue(logins.include(with(login)));
        assertFalse(logins.include(head(cookie(login))));
        assertFalse(logins.include(head(half(login))));
        assertFalse(logins.include(head(cookie(login), half(another))));
        assertFalse(logins.include(head("Cookie: " + login.cookie().split("=")[0] + "=", half(login))));
        assertTrue(logins.include(head("Cookie: " + another.cookie().split(";")[0], cookie(login), half(login))),
                "pages of other ports can add cookies of the same name");
    }

    @Test
    void scriptsCannotReadTheCookieNorOtherSitesSendIt() throws IOException {
        assertTrue(open().cookie().endsWith("; HttpOnly; SameSite=Strict"));
        String cookie = logins.open(head("Origin: https://server")).cookie();
        assertTrue(cookie.endsWith("; HttpOnly; SameSite=Strict; Secure"), cookie);
        assertNotEquals(cookie.split("=")[0], new DashboardLogins(() -> now).open(head()).cookie().split("=")[0],
                "servers of one host share its cookies");
    }

    @Test
    void endsAfterItsLifetime() throws IOException {
        DashboardLogins.Login first = open();
        now += Duration.ofHours(2).toNanos();
        DashboardLogins.Login second = open();
        now += DashboardLogins.LIFETIME.minusHours(2).toNanos() - 1;
        assertTrue(logins.include(with(first)));
        now++;
        assertFalse(logins.include(with(first)));
        assertTrue(logins.include(with(second)));
    }

    @Test
    void logOutEndsOneLogin() throws IOException {
        DashboardLogins.Login login = open();
        DashboardLogins.Login another = open();
        String deletion = logins.close(with(login));
        assertEquals(login.cookie().split("=")[0] + "=; Max-Age=0; HttpOnly; SameSite=Strict", deletion);
        assertFalse(logins.include(with(login)));
        assertTrue(logins.include(with(another)));
    }

    @Test
    void aNewLoginReplacesThatOfItsRequest() throws IOException {
        DashboardLogins.Login login = open();
        DashboardLogins.Login next = logins.open(with(login));
        assertFalse(logins.include(with(login)));
        assertTrue(logins.include(with(next)));
    }

    @Test
    void theOldestGivesWay() throws IOException {
        List<DashboardLogins.Login> all = new ArrayList<>();
        for (int i = 0; i <= DashboardLogins.MAX_LOGINS; i++) {
            all.add(open());
        }
        assertFalse(logins.include(with(all.getFirst())));
        assertTrue(logins.include(with(all.get(1))));
        assertTrue(logins.include(with(all.getLast())));
    }
}
