package io.linksocks.util;

/**
 * Whose log lines these are, when several servers and clients share a process. A thread has the name of the thread that
 * started it.
 */
public final class LogName {
    private static final InheritableThreadLocal<String> NAME = new InheritableThreadLocal<>();
    /** Most processes have no names; then no thread needs a map that is empty. */
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

    /** The job, which runs in the name of this thread on whatever thread it will run. */
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
