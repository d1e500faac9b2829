package io.linksocks.util;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(240)
class LogNameTest {
    @AfterEach
    void forget() {
        LogName.set(null);
    }

    @Test
    void isThatOfTheThreadThatStartedThisOne() throws Exception {
        LogName.set("a");
        CompletableFuture<String> child = new CompletableFuture<>();
        Threads.start("child", () -> Threads.start("grandchild", () -> child.complete(LogName.current())));
        assertEquals("a", child.get());
        try (ExecutorService tasks = Threads.perTask("task")) {
            assertEquals("a", tasks.submit(LogName::current).get());
        }
        Threads.join(Threads.start("other", () -> LogName.set("b")));
        assertEquals("a", LogName.current());
    }

    @Test
    void theTimerWorksInTheNameOfWhoAsked() throws Exception {
        CompletableFuture<String> named = new CompletableFuture<>();
        CompletableFuture<String> nameless = new CompletableFuture<>();
        LogName.set("a");
        Threads.later(Duration.ZERO, () -> Threads.start("later", () -> named.complete(LogName.current())));
        assertEquals("a", named.get());
        LogName.set(null);
        Threads.later(Duration.ZERO, () -> nameless.complete(LogName.current()));
        assertNull(nameless.get());
    }

    @Test
    void threadsForEverybodyHaveNone() throws Exception {
        LogName.set("a");
        CompletableFuture<String> name = new CompletableFuture<>();
        Threads.shared().start(() -> name.complete(LogName.current()));
        assertNull(name.get());
    }
}
