package io.linksocks.websocket;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import org.junit.jupiter.api.Test;

class JdkSettingsTest {
    private static final String DISABLED_SCHEMES = "jdk.http.auth.tunneling.disabledSchemes";

    /** It would hold for every connection of the program that the library is part of. */
    @Test
    void theLibraryDoesNotDecideWhichLoginsProxiesAreSent() {
        String before = System.clearProperty(DISABLED_SCHEMES);
        try {
            JdkSettings.apply();
            assertNull(System.getProperty(DISABLED_SCHEMES));
            assertEquals("; this Java sends it none unless it is started with -D" + DISABLED_SCHEMES + "=",
                    JdkSettings.loginHint());
            System.setProperty(DISABLED_SCHEMES, "");
            assertEquals("", JdkSettings.loginHint());
        } finally {
            System.setProperty(DISABLED_SCHEMES, before);
        }
    }
}
