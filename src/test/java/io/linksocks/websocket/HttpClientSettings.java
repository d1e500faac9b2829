package io.linksocks.websocket;

import java.net.http.HttpClient;
import org.junit.jupiter.api.extension.Extension;

/**
 * Makes the JDK read the settings of its HTTP client before any test does something: it reads them once, with the first client
 * of the process, and tests make clients of their own. JUnit finds this class by its entry below {@code META-INF/services}.
 */
public final class HttpClientSettings implements Extension {
    static {
        // The library leaves this one to the program; tests of proxies need it as the command line sets it.
        System.setProperty("jdk.http.auth.tunneling.disabledSchemes", "");
        JdkSettings.apply();
        HttpClient.newHttpClient().close();
    }
}
