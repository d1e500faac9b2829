package io.linksocks.fuzz;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/** Every target with its seeds and a few variations; {@link FuzzMain} is for many. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class FuzzTest {
    static final List<String> TARGETS = Targets.NAMES;
    private static final int VARIATIONS = 2000;

    @ParameterizedTest
    @FieldSource("TARGETS")
    void holds(String target) throws Exception {
        long seed = new Random().nextLong();
        try (Fuzzer fuzzer = new Fuzzer(target, seed)) {
            fuzzer.trySeeds();
            fuzzer.tryVariations(VARIATIONS);
            for (Fuzzer.Finding finding : fuzzer.findings()) {
                throw new AssertionError(finding.failure() + "\nseed " + seed + ", input " + finding.digits()
                        + "\nfor this one again: make fuzz TARGET=" + target + " INPUT=" + Corpus.save(target, finding.input()),
                        finding.failure());
            }
            assertTrue(fuzzer.accepted() > 0 && fuzzer.rejected() > 0, "seeds that lead to both");
        }
    }

    @Test
    void aFindingIsKeptAndFoundAgain() throws Exception {
        byte[] input = new byte[100];
        new Random().nextBytes(input);
        Path file = Corpus.save("example", input);
        assertTrue(file.endsWith(Path.of("example", file.getFileName().toString())));
        org.junit.jupiter.api.Assertions.assertArrayEquals(input, Corpus.read(file));
        java.nio.file.Files.delete(file);
    }
}
