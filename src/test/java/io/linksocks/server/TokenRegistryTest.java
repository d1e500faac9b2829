package io.linksocks.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.linksocks.access.AccessPolicy;
import io.linksocks.dial.DestinationGuard;
import io.linksocks.dial.RelayCounters;
import io.linksocks.protocol.TokenHash;
import io.linksocks.proxy.EntryOptions;
import io.linksocks.relay.BatchOptions;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TokenRegistryTest {
    private static final int POLICY_VIOLATION = 1008;
    private static final String LOOPBACK = "127.0.0.1";

    private final TokenRegistry registry = new TokenRegistry(LinkSocksServer.builder().socksHost(LOOPBACK).options(),
            new AccessConfig(AccessPolicy.OPEN, AccessPolicy.OPEN, new RelayCounters()), new ServerCounters(() -> null));

    private Token find(String value) {
        return registry.find(TokenHash.of(value));
    }

    @Test
    void findsByHashInEitherCase() {
        Token.Forward token = registry.add(TokenRecord.forward("täken"));
        assertEquals(token, find("täken"));
        assertEquals(token, registry.find(TokenHash.of("täken").toUpperCase(Locale.ROOT)));
        assertNull(find("taken"));
        assertFalse(token.toString().contains("täken"));
    }

    @Test
    void ofManyWhoAddTheSameTokenOneSucceeds() throws Exception {
        registry.add(TokenRecord.reverse(ReverseTokenOptions.builder().token("reverse").build()));
        List<Callable<Token>> attempts = new ArrayList<>();
        for (int i = 0; i < 30; i++) {
            attempts.add(() -> registry.add(TokenRecord.forward("same")));
            attempts.add(() -> registry.add(TokenRecord.reverse(ReverseTokenOptions.builder().token("same").build())));
            attempts.add(() -> registry.add(TokenRecord.connector("same", "reverse")));
        }
        int successes = 0;
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (Future<Token> attempt : threads.invokeAll(attempts)) {
                successes += attempt.state() == Future.State.SUCCESS ? 1 : 0;
            }
        }
        assertEquals(1, successes);
        assertEquals(2, registry.all().size());
    }

    @Test
    void aReverseTokenTakesItsConnectorTokensWithIt() throws IOException {
        registry.add(TokenRecord.reverse(ReverseTokenOptions.builder().token("reverse").build()));
        registry.add(TokenRecord.connector("connector", "reverse"));
        registry.add(TokenRecord.forward("forward"));
        ProviderGroup group = assertInstanceOf(Token.Connector.class, find("connector")).group();
        assertTrue(registry.remove("reverse"));
        assertNull(find("connector"));
        assertEquals(1, registry.all().size());
        assertThrows(IllegalArgumentException.class, () -> registry.addConnectorOfProvider("late", group));
        assertFalse(registry.remove("reverse"));
    }

    @Test
    void aProviderMayNotAddTokensWithoutEnd() throws IOException {
        ReverseToken reverse = registry.add(TokenRecord.reverse(ReverseTokenOptions.builder().connectorAutonomy(true).build()));
        ProviderGroup group = new ProviderGroup(reverse, UUID.randomUUID());
        for (int i = 0; i < 1000; i++) {
            registry.addConnectorOfProvider("", group);
        }
        assertThrows(IllegalArgumentException.class, () -> registry.addConnectorOfProvider("", group));
        ProviderGroup another = new ProviderGroup(reverse, UUID.randomUUID());
        assertThrows(IllegalArgumentException.class, () -> registry.addConnectorOfProvider("", another), "another instance");
        registry.remove(group.connectors().getFirst().value());
        registry.addConnectorOfProvider("", another);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "anonymous"})
    void whatAnybodyKnowsIsNoToken(String value) throws IOException {
        registry.add(TokenRecord.reverse(ReverseTokenOptions.builder().token("reverse").build()));
        assertThrows(IllegalArgumentException.class, () -> registry.add(TokenRecord.forward(value)));
        assertThrows(IllegalArgumentException.class, () -> registry.add(TokenRecord.connector(value, "reverse")));
        assertThrows(IllegalArgumentException.class,
                () -> registry.add(TokenRecord.reverse(ReverseTokenOptions.builder().token(value).build())));
    }

    @Test
    void aTokenHasRoomInAMessage() {
        registry.add(TokenRecord.forward("ä".repeat(127)));
        assertThrows(IllegalArgumentException.class, () -> registry.add(TokenRecord.forward("ä".repeat(128))));
    }

    @Test
    void aFailedAdditionGivesItsPortBack() throws IOException {
        registry.add(TokenRecord.forward("same"));
        ReverseToken first = registry.add(TokenRecord.reverse(ReverseTokenOptions.DEFAULT));
        int port = first.port();
        assertThrows(IOException.class,
                () -> registry.add(TokenRecord.reverse(ReverseTokenOptions.builder().port(port).build())));
        registry.remove(first.value());
        assertThrows(IllegalArgumentException.class,
                () -> registry.add(TokenRecord.reverse(ReverseTokenOptions.builder().token("same").port(port).build())));
        assertEquals(port, registry.add(TokenRecord.reverse(ReverseTokenOptions.builder().port(port).build())).port());
        registry.close(POLICY_VIOLATION, "end of test");
    }

    @Test
    void aKnownTokenGetsItsPortWhenAnotherOneHereHasLeftIt() throws IOException {
        ReverseToken first = registry.add(TokenRecord.reverse(ReverseTokenOptions.DEFAULT));
        ReverseToken second = (ReverseToken) registry.addKnown(
                TokenRecord.reverse(ReverseTokenOptions.builder().token("second").port(first.port()).build()));
        assertTrue(assertThrows(IOException.class, second::openPort).getMessage().endsWith("for another token"));
        registry.remove(first.value());
        second.openPort();
        registry.remove("second");
        assertEquals(first.port(), registry.add(TokenRecord.reverse(
                ReverseTokenOptions.builder().port(first.port()).build())).port(), "the second has given it back");
        registry.close(POLICY_VIOLATION, "end of test");
    }

    @Test
    void portsWithoutANumberSkipThoseThatDoNotBind() throws IOException {
        EntryOptions none = new EntryOptions(null, false, BatchOptions.DEFAULT, 1,
                DestinationGuard.open(), new RelayCounters(), List.of(), false);
        int firstFree = new SocksPorts(LOOPBACK, 0, true, 1024).assign(0, none).number();
        try (ServerSocket taken = new ServerSocket()) {
            taken.bind(new InetSocketAddress(LOOPBACK, firstFree));
            SocksPorts ports = new SocksPorts(LOOPBACK, firstFree + 1, true, firstFree);
            int assigned = ports.assign(0, none).number();
            assertTrue(assigned > firstFree + 1 && assigned <= 10_240, "port " + assigned);
            assertTrue(ports.assign(0, none).number() > assigned);
        }
    }
}
