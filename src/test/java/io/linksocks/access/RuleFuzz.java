package io.linksocks.access;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.linksocks.fuzz.FuzzTarget;
import io.linksocks.util.Endpoint;
import io.linksocks.util.IpLiteral;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Access rules, and names to be judged by them: nothing is looked up, and a rule lets pass what it says and nothing else. */
public final class RuleFuzz implements FuzzTarget {
    private static final List<InetAddress> SAMPLES =
            List.of(address("0.0.0.0"), address("10.0.0.1"), address("127.0.0.1"), address("::1"), address("fe80::1"),
                    address("2001:db8::1"));

    private static final String HEX = "0123456789abcdefABCDEF";

    private static InetAddress address(String literal) {
        try {
            return InetAddress.getByName(literal);
        } catch (UnknownHostException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public Outcome run(byte[] input) {
        String[] lines = new String(input, StandardCharsets.UTF_8).split("\n", 2);
        if (lines.length > 1) {
            judge(lines[1]);
        }
        try {
            DenyRule denied = DenyRule.parse(lines[0]);
            AccessPolicy policy = new AccessPolicy(AccessRules.NONE, List.of(denied), false);
            for (InetAddress address : SAMPLES) {
                assertEquals(denied.matches(AddressRange.bytes(address), 80), !policy.allows(address, 80));
            }
            policy.judge("name.example", 80);
            return Outcome.accepted(isAlsoAllowed(lines[0]) ? "both" : "name");
        } catch (IllegalArgumentException e) {
            assertEquals(IllegalArgumentException.class, e.getClass());
            assertFalse(isAlsoAllowed(lines[0]), "a deny rule takes whatever an allow rule takes");
            return Outcome.rejected(e);
        }
    }

    private static boolean isAlsoAllowed(String text) {
        try {
            AccessRule rule = AccessRule.parse(text);
            for (AddressRange range : rule.addresses()) {
                AddressRange again = AddressRange.parse(range.toString());
                SAMPLES.forEach(address -> assertEquals(range.contains(address), again.contains(address)));
            }
            return true;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    /** Names come from strangers: any text up to 255 bytes. */
    private static void judge(String name) {
        String host = name.length() > 255 ? name.substring(0, 255) : name;
        AccessPolicy policy = new AccessPolicy(AccessRules.NONE, List.of(DenyRule.parse("*.example")), false);
        String normal = NamePattern.normal(host);
        assertEquals(normal, NamePattern.normal(normal), "one spelling");
        assertEquals(normal.endsWith(".example"), policy.judge(host, 80) == AccessPolicy.Verdict.REFUSED);
        boolean lookedUp = host.isEmpty() || host.charAt(0) != ':' && HEX.indexOf(host.charAt(0)) < 0;
        assertFalse(lookedUp && new Endpoint(host, 0).isLiteral(), host);
        assertTrue(IpLiteral.address(host) == null
                || host.chars().allMatch(c -> c == ':' || c == '.' || Character.digit(c, 16) >= 0), host);
    }

    @Override
    public List<String> dictionary() {
        return List.of("10.0.0.0/8", ":80", ":8000-9000", "[::1]", "[2001:db8::/32]", "192.168.1.1-255", "*.example", "*.",
                "metadata.example", "\n", "fe80::1%eth0", "::ffff:10.0.0.1", "2130706433", "0x7f000001", "010.1.1.1", "127.1",
                ".", "..", "xn--", "xn--a", "\u00c3\u0084.example", "\u00e3\u0080\u0082example", "\u00ef\u00bc\u008eexample",
                "example.", "EXAMPLE", "\u00c2\u00ad", "\u00e1\u009a\u0080", "zz:zz", "g:h", "]", "[", "-", "/", "/129");
    }
}
