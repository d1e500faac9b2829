package io.linksocks.cli;

import io.linksocks.util.Endpoint;
import java.io.IOException;
import java.io.InputStream;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.List;
import java.util.Locale;

/** The command lines for the other ends of a server, ready to paste. */
final class PeerCommands {
    private static final String LOOPBACK = "127.0.0.1";
    /** Documentation (RFC 5737): connecting a datagram socket to it finds the way there and sends nothing. */
    private static final InetSocketAddress ELSEWHERE = new InetSocketAddress("192.0.2.1", 9);
    /** The type of a domain name among the subject's alternative names (RFC 5280, section 4.2.1.6). */
    private static final int DNS_NAME = 2;

    private final OptionValues values;
    /** The options that lead to the server. */
    private final String server;

    /** @param port where the server listens */
    PeerCommands(OptionValues values, int port) throws UsageException {
        this.values = values;
        Path certificate = values.file(ServerCommand.TLS_CERT);
        String host = values.text(ServerCommand.WS_HOST);
        String certified = certificate == null ? null : nameIn(certificate);
        this.server = " -u " + (certificate == null ? "ws://" : "wss://")
                + new Endpoint(certified != null ? certified : reachable(host), port)
                + (values.isGiven(ServerCommand.CLIENT_CA) ? " --cert CERT_FILE --key KEY_FILE" : "");
    }

    /** The command for a client, provider or connector with the token of this option, or with one that was generated. */
    String line(String command, Option option, String token) {
        return title(command) + Program.command() + " " + command + " -t " + shown(option, token) + server;
    }

    /** The commands of a provider that chooses the token of its connectors, and of such a connector. */
    List<String> autonomous(Option option, String token) {
        return List.of(
                title("provider") + Program.command() + " provider -t " + shown(option, token) + " -c CONNECTOR_TOKEN" + server,
                title("connector") + Program.command() + " connector -t CONNECTOR_TOKEN" + server);
    }

    private static String title(String command) {
        return Character.toUpperCase(command.charAt(0)) + command.substring(1) + ": ";
    }

    /** Repeats only a token that was generated: one that the user chose is no news to the user, but is to a log. */
    private String shown(Option option, String token) {
        String origin = values.origin(option);
        if (origin == null) {
            return token;
        }
        return values.isFromEnvironment(option) ? "\"$" + origin + "\""
                : option.name().toUpperCase(Locale.ROOT).replace('-', '_');
    }

    /** The first name in the certificate, which clients expect in the URL; null when there is none. */
    private static String nameIn(Path certificate) {
        try (InputStream pem = Files.newInputStream(certificate)) {
            X509Certificate own = (X509Certificate) CertificateFactory.getInstance("X.509").generateCertificate(pem);
            Collection<List<?>> names = own.getSubjectAlternativeNames();
            return names == null ? null : names.stream()
                    .filter(name -> name.getFirst().equals(DNS_NAME))
                    .map(name -> (String) name.getLast())
                    .filter(name -> !name.startsWith("*"))
                    .findFirst().orElse(null);
        } catch (IOException | CertificateException e) {
            return null;
        }
    }

    /** The host itself, or where it stands for all addresses, the one that other machines are most likely to reach. */
    private static String reachable(String host) {
        try {
            if (!InetAddress.getByName(host).isAnyLocalAddress()) {
                return host;
            }
            try (DatagramSocket socket = new DatagramSocket()) {
                socket.connect(ELSEWHERE);
                InetAddress own = socket.getLocalAddress();
                return own.isAnyLocalAddress() ? LOOPBACK : own.getHostAddress();
            }
        } catch (UnknownHostException e) {
            return host;
        } catch (SocketException e) {
            return LOOPBACK;
        }
    }
}
