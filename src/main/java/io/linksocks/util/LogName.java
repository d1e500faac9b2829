package io.linksocks.util;

/**
 * The name in a thread's log lines, where several servers and clients share a process. A thread inherits it from the thread
 * that started it.
 */
public final class LogName {
    private static final InheritableThreadLocal<String> NAME = new InheritableThreadLocal<>();
    /** Spares processes without names a map of thread locals for each thread. */
    private static volatile boolean used;

    private LogName() {}

    /** The name of this thread, or null. */
    public static String current() {
        return used ? NAME.get() : null;
    }

    /** @param name null for none */
    public static void set(String name) {
        if (name == null) {
            NAME.remove();
        } else {
            used = true;
            NAME.set(name);
        }
    }

    /** Gives the job the name of this thread, whatever thread runs it. */
    static Runnable keptBy(Runnable job) {
        String name = current();
        return name == null ? job : () -> {
            set(name);
            try {
                job.run();
            } finally {
                set(null);
            }
        };
    }
}
