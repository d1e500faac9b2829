package io.linksocks.dial;

import java.util.concurrent.atomic.AtomicInteger;

/** Counts the bytes that are taken, and has so many. */
final class TestAccount implements DatagramGuard.Account {
    final AtomicInteger taken = new AtomicInteger();
    volatile int limit = Integer.MAX_VALUE;

    @Override
    public boolean take(int bytes) {
        boolean enough = taken.get() + bytes <= limit;
        taken.addAndGet(enough ? bytes : 0);
        return enough;
    }

    @Override
    public void give(int bytes) {
        taken.addAndGet(-bytes);
    }
}
