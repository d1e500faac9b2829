package io.linksocks.simulation;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Consumer;

/** What a run has begun and must end, also what begins only while it ends. */
final class EndedTogether<T> {
    private final Consumer<T> end;
    private final Queue<T> all = new ConcurrentLinkedQueue<>();
    private volatile boolean done;

    EndedTogether(Consumer<T> end) {
        this.end = end;
    }

    void add(T one) {
        all.add(one);
        if (done) {
            end.accept(one);
        }
    }

    int size() {
        return all.size();
    }

    void end() {
        done = true;
        all.forEach(end);
    }
}
