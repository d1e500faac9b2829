package io.linksocks.fuzz;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * Fuzzes for as long as one likes: {@code seconds=20} each target, or one by {@code target=json}, with the inputs of
 * {@code seed=1}; or tries one input again, by {@code input=} a file or its bytes in hexadecimal digits.
 */
public final class FuzzMain {
    private static final int ROUND = 100;
    /** Longer than any input waits for something on a slow machine. */
    private static final Duration HANG = Duration.ofMinutes(2);
    /** Hostile input is logged, a line each. */
    private static final Logger OURS = Logger.getLogger("io.linksocks");
    private static final String ROW = "%-9s %12s %10s %12s %12s %9s%n";

    private FuzzMain() {}

    /** Ends the process with 1 when there were findings. */
    public static void main(String[] arguments) throws Exception {
        long seconds = Long.parseLong(value(arguments, "seconds", "20"));
        long seed = Long.parseLong(value(arguments, "seed", Long.toString(new Random().nextLong())));
        String target = value(arguments, "target", "");
        String input = value(arguments, "input", "");
        if (!input.isEmpty()) {
            replay(target, input);
            return;
        }
        OURS.setLevel(Level.OFF);
        System.out.println("seed " + seed);
        System.out.printf(ROW, "target", "inputs", "inputs/s", "accepted", "rejected", "findings");
        List<String> names = target.isEmpty() ? Targets.NAMES : List.of(target);
        int failed = 0;
        for (String name : names) {
            failed += fuzz(name, seed, seconds) == 0 ? 0 : 1;
        }
        System.out.println(names.size() - failed + " passed, " + failed + " failed");
        // exit, not return: what hangs would go on
        System.exit(failed == 0 ? 0 : 1);
    }

    /** One that is empty counts as none, for make passes on all that it knows. */
    private static String value(String[] arguments, String name, String otherwise) {
        for (String argument : arguments) {
            if (argument.startsWith(name + "=") && argument.length() > name.length() + 1) {
                return argument.substring(name.length() + 1);
            }
        }
        return otherwise;
    }

    private static void replay(String target, String input) throws Exception {
        byte[] bytes = input.matches("(?:[0-9a-fA-F]{2})+") ? HexFormat.of().parseHex(input) : Corpus.read(Path.of(input));
        try (FuzzTarget one = Targets.named(target)) {
            System.out.println(one.run(bytes));
        }
    }

    private static int fuzz(String name, long seed, long seconds) throws IOException, InterruptedException {
        Fuzzer fuzzer = new Fuzzer(name, seed);
        long began = System.nanoTime();
        long end = began + Duration.ofSeconds(seconds).toNanos();
        Thread worker = Thread.ofPlatform().daemon().name("fuzz " + name).start(() -> work(fuzzer, end));
        boolean hangs = awaitOrHang(fuzzer, worker);
        double took = (System.nanoTime() - began) / 1e9;
        long inputs = fuzzer.accepted() + fuzzer.rejected() + fuzzer.findings().size();
        int findings = fuzzer.findings().size() + (hangs ? 1 : 0);
        System.out.printf(ROW, name, inputs, Math.round(inputs / took), fuzzer.accepted(), fuzzer.rejected(), findings);
        for (Fuzzer.Finding finding : List.copyOf(fuzzer.findings())) {
            System.out.println("  " + Corpus.save(name, finding.input()));
            finding.failure().printStackTrace(System.out);
        }
        if (hangs) {
            System.out.println("  " + Corpus.save(name, fuzzer.current()) + ": hangs");
            List.of(worker.getStackTrace()).forEach(frame -> System.out.println("\tat " + frame));
        } else {
            fuzzer.close();
        }
        if (fuzzer.accepted() == 0 || fuzzer.rejected() == 0) {
            System.out.println("  its seeds do not lead to both accepted and rejected inputs");
            findings++;
        }
        return findings;
    }

    private static void work(Fuzzer fuzzer, long end) {
        fuzzer.trySeeds();
        while (System.nanoTime() < end && fuzzer.tryVariations(ROUND)) {
            // until there is no time or no point any more
        }
    }

    private static boolean awaitOrHang(Fuzzer fuzzer, Thread worker) throws InterruptedException {
        byte[] before = null;
        while (!worker.join(HANG)) {
            if (fuzzer.current() == before) {
                return true;
            }
            before = fuzzer.current();
        }
        return false;
    }
}
