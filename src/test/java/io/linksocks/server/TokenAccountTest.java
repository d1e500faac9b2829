package io.linksocks.server;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

class TokenAccountTest {
    private static final int ROUNDS = 500;
    private static final int THREADS = 4;

    @Test
    void ofManyWhoLookOneFindsOutThatTheQuotaIsUsedUp() throws Exception {
        try (ExecutorService threads = Executors.newFixedThreadPool(THREADS)) {
            for (int round = 0; round < ROUNDS; round++) {
                TokenAccount account = exhausted();
                CyclicBarrier start = new CyclicBarrier(THREADS);
                List<Callable<String>> looks = new ArrayList<>();
                for (int i = 0; i < THREADS; i++) {
                    looks.add(() -> {
                        start.await();
                        return account.newlyExhausted();
                    });
                }
                int found = 0;
                for (Future<String> look : threads.invokeAll(looks)) {
                    found += Objects.isNull(look.get()) ? 0 : 1;
                }
                assertEquals(1, found);
            }
        }
    }

    private static TokenAccount exhausted() {
        TokenSettings settings = TokenSettings.builder().quota(new TokenSettings.Quota(1, TokenSettings.Quota.Period.DAY))
                .build();
        TokenAccount.Shared shared = new TokenAccount.Shared(new ServerCounters(() -> null), InstantSource.system(),
                new TokenTraffic(null, InstantSource.system()));
        TokenAccount account = new TokenAccount(TokenRecord.forward("f").with(settings), shared);
        account.count(1, 0);
        return account;
    }
}
