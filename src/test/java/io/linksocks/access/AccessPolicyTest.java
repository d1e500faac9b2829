package io.linksocks.access;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.linksocks.access.AccessPolicy.Verdict;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AccessPolicyTest {
    /** Rules behind a minus are denied, "private" denies private addresses, the others are allowed. */
    private static AccessPolicy policy(String rules) {
        List<String> words = rules == null ? List.of() : List.of(rules.split(" "));
        return new AccessPolicy(
                AccessRules.parse(words.stream().filter(word -> !word.startsWith("-") && !word.equals("private")).toList()),
                words.stream().filter(word -> word.startsWith("-")).map(word -> DenyRule.parse(word.substring(1))).toList(),
                words.contains("private"));
    }

    @ParameterizedTest
    @CsvSource(nullValues = "none", value = {
        "none,                                   8.8.8.8,        80,    true",
        "192.168.1.0/24:22 10.0.0.0/8:8000-9000, 192.168.1.5,    22,    true",
        "192.168.1.0/24:22 10.0.0.0/8:8000-9000, 192.168.1.5,    80,    false",
        "192.168.1.0/24:22 10.0.0.0/8:8000-9000, 192.168.1.5,    8500,  false",
        "192.168.1.0/24:22 10.0.0.0/8:8000-9000, 10.1.2.3,       8500,  true",
        "192.168.1.0/24:22 10.0.0.0/8:8000-9000, 10.1.2.3,       9001,  false",
        ":22,                                    1.2.3.4,        22,    true",
        ":22,                                    ::1,            22,    true",
        ":22,                                    1.2.3.4,        23,    false",
        "10.0.0.5:,                              10.0.0.5,       65535, true",
        "10.0.0.5:,                              10.0.0.6,       1,     false",
        "[2001:db8::/32]:443,                    2001:db8::1,    443,   true",
        "[2001:db8::/32]:443,                    1.2.3.4,        443,   false",
        "[10.0.0.1-9]:,                          10.0.0.4,       1,     true",
        "':',                                    10.0.0.4,       1,     true",
        "10.0.0.0/8: -10.0.0.1:,                 10.0.0.1,       1,     false",
        "10.0.0.0/8: -10.0.0.1:22,               10.0.0.1,       80,    true",
        "-:25,                                   8.8.8.8,        25,    false",
        "-:25,                                   8.8.8.8,        26,    true",
        "-*.example.com:,                        8.8.8.8,        26,    true",
        "private 10.0.0.0/8:,                    10.0.0.1,       80,    false",
        "private,                                8.8.8.8,        80,    true",
    })
    void judgesAddresses(String rules, String address, int port, boolean allowed) throws UnknownHostException {
        assertEquals(allowed, policy(rules).allows(InetAddress.getByName(address), port));
    }

    @ParameterizedTest
    @CsvSource(nullValues = "none", value = {
        "none,                            a.example,           80, ALLOWED",
        "10.0.0.0/8:,                     a.example,           80, DEPENDS_ON_ADDRESS",
        "10.0.0.0/8:22,                   a.example,           80, REFUSED",
        ":80,                             a.example,           80, ALLOWED",
        ":80 10.0.0.0/8:,                 a.example,           80, ALLOWED",
        ":80 -10.0.0.0/8:,                a.example,           80, DEPENDS_ON_ADDRESS",
        ":80 -10.0.0.0/8:22,              a.example,           80, ALLOWED",
        "private,                         a.example,           80, DEPENDS_ON_ADDRESS",
        "-:25,                            a.example,           25, REFUSED",
        "-:25,                            a.example,           26, ALLOWED",
        "-*.example,                      a.example,           80, REFUSED",
        "-*.example,                      b.a.EXAMPLE.,        80, REFUSED",
        "-*.example,                      example,             80, ALLOWED",
        "-*.example,                      notexample,          80, ALLOWED",
        "-*.example,                      a.example.org,       80, ALLOWED",
        "-example:443,                    Example.,            443, REFUSED",
        "-example:443,                    example,             80, ALLOWED",
        "-example:443,                    a.example,           443, ALLOWED",
        "-*.example -10.0.0.1:,           b.org,               80, DEPENDS_ON_ADDRESS",
        "-*.bücher.example,               a.xn--bcher-kva.example, 80, REFUSED",
        "-*.xn--bcher-kva.example,        a。BÜCHER.example,    80, REFUSED",
        "-*.bücher.example,               a.bücher.example..,  80, REFUSED",
        "private,                         2130706433,          80, DEPENDS_ON_ADDRESS",
    })
    void judgesNames(String rules, String name, int port, Verdict verdict) {
        assertEquals(verdict, policy(rules).judge(name, port));
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "127.255.255.254", "0.0.0.0", "0.1.2.3", "10.0.0.1", "10.255.255.255", "100.64.0.1",
        "100.127.255.255", "169.254.169.254", "172.16.0.1", "172.31.255.255", "192.168.0.1", "224.0.0.1", "239.255.255.255",
        "255.255.255.255", "::", "::1", "fe80::1", "febf::1", "fec0::1", "fc00::1", "fd12:3456::1", "ff02::1",
        "::ffff:127.0.0.1", "::127.0.0.1", "::ffff:0:192.168.0.1", "64:ff9b::10.0.0.1", "64:ff9b::169.254.169.254",
        "64:ff9b:1::1", "2002:7f00:1::", "2002:a9fe:a9fe::1", "2002:c0a8:1::5",
        "2001:0:4136:e378:8000:63bf:f5ff:fffe"})
    void privateIsWhatLeadsNowhereElse(String address) throws UnknownHostException {
        assertFalse(policy("private").allows(InetAddress.getByName(address), 80));
    }

    /** A resolver returns such an address for an AAAA record. */
    @Test
    void anIpv4MappedAddressIsJudgedAsIpv4() throws UnknownHostException {
        byte[] mapped = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, -1, -1, 10, 0, 0, 1};
        InetAddress address = Inet6Address.getByAddress(null, mapped, -1);
        assertFalse(policy("private").allows(address, 80));
        assertFalse(policy("-10.0.0.0/8:").allows(address, 80));
        assertTrue(policy("10.0.0.1:").allows(address, 80));
    }

    @ParameterizedTest
    @ValueSource(strings = {"8.8.8.8", "1.0.0.0", "9.255.255.255", "11.0.0.0", "100.63.255.255", "100.128.0.0", "126.1.1.1",
        "128.0.0.1", "169.253.255.255", "172.15.255.255", "172.32.0.0", "192.167.255.255", "223.255.255.255",
        "2001:4860:4860::8888", "64:ff9b::8.8.8.8", "2002:808:808::1", "::ffff:8.8.8.8", "fe00::1"})
    void publicIsTheRest(String address) throws UnknownHostException {
        assertTrue(policy("private").allows(InetAddress.getByName(address), 80));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "10.0.0.1", "22", "a.example:22", "*.example:22", "10.0.0.1:x", "10.0.0.1:70000",
        "10.0.0.1:-1", "10.0.0.1:9-8", "10.0.0.1:1-2-3", "10.0.0.1:1:2", "::1:22", "[::1]", "[::1]22", "[::1:22", "[]:22",
        "[a.example]:22", "10.0.0.1 :22", "10.0.0.1:123456"})
    void rulesThatSayNothingClearAreRefused(String text) {
        assertThrows(IllegalArgumentException.class, () -> AccessRule.parse(text));
    }

    @Test
    void aNameMayBeLongerThanTheEncoderTakes() {
        Exception refusal = assertThrows(IllegalArgumentException.class, () -> DenyRule.parse("ä".repeat(2000)));
        assertTrue(refusal.getMessage().length() < 500, "fit for one line");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "10.0.0.1", "*", "*.", "*.*.example", "a.*.example", "exa mple", "[a.example]:1", "-",
        "a.example:x", "1.2.3:", ".example", "a/b"})
    void denyRulesThatSayNothingClearAreRefused(String text) {
        assertThrows(IllegalArgumentException.class, () -> DenyRule.parse(text));
    }

    @Test
    void openIsWithoutAnyRule() {
        assertTrue(AccessPolicy.OPEN.isOpen());
        assertTrue(policy("10.0.0.1:1").withAllowed(AccessRules.NONE).isOpen());
        for (String rules : List.of("private", ":22", "-:22")) {
            assertFalse(policy(rules).isOpen());
        }
    }

    /** Small numbers, so that hits are as frequent as misses. */
    @Test
    void anAddressIsJudgedAsByHand() throws UnknownHostException {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (int i = 0; i < 5_000; i++) {
            List<int[]> allowed = boxes(random, random.nextInt(4));
            List<int[]> denied = boxes(random, random.nextInt(3));
            AccessPolicy policy = new AccessPolicy(
                    AccessRules.parse(allowed.stream().map(AccessPolicyTest::text).toList()),
                    denied.stream().map(AccessPolicyTest::text).map(DenyRule::parse).toList(), false);
            for (int n = 0; n < 20; n++) {
                int host = random.nextInt(10);
                int port = random.nextInt(10);
                boolean expected = denied.stream().noneMatch(box -> isIn(box, host, port))
                        && (allowed.isEmpty() || allowed.stream().anyMatch(box -> isIn(box, host, port)));
                assertEquals(expected, policy.allows(InetAddress.getByAddress(new byte[] {9, 0, 0, (byte) host}), port),
                        policy + " " + host + ":" + port + ", seed " + seed);
            }
        }
    }

    private static List<int[]> boxes(Random random, int count) {
        List<int[]> boxes = new ArrayList<>();
        Stream.generate(() -> new int[] {random.nextInt(10), random.nextInt(10), random.nextInt(10), random.nextInt(10)})
                .limit(count)
                .forEach(box -> boxes.add(new int[] {Math.min(box[0], box[1]), Math.max(box[0], box[1]),
                    Math.min(box[2], box[3]), Math.max(box[2], box[3])}));
        return boxes;
    }

    private static String text(int[] box) {
        return "9.0.0." + box[0] + "-" + box[1] + ":" + box[2] + "-" + box[3];
    }

    private static boolean isIn(int[] box, int host, int port) {
        return box[0] <= host && host <= box[1] && box[2] <= port && port <= box[3];
    }
}
