package io.linksocks.fuzz;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;

/**
 * Inputs in files, a folder for each target. The name ends in {@code .hex} when the bytes stand there in digits, with
 * white space anywhere and comments behind {@code #}; any other file is taken as it is.
 */
final class Corpus {
    private static final Path SEEDS = Path.of("src/test/resources/fuzz");
    private static final Path FINDINGS = Path.of("target/fuzz");

    private Corpus() {}

    static List<byte[]> seeds(String target) throws IOException {
        List<byte[]> seeds = new ArrayList<>();
        try (Stream<Path> files = Files.list(SEEDS.resolve(target))) {
            for (Path file : files.sorted().toList()) {
                seeds.add(read(file));
            }
        }
        if (seeds.isEmpty()) {
            throw new IOException("no seeds in " + SEEDS.resolve(target).toAbsolutePath());
        }
        return seeds;
    }

    static byte[] read(Path file) throws IOException {
        return file.toString().endsWith(".hex")
                ? HexFormat.of().parseHex(Files.readString(file).replaceAll("#.*|\\s+", "")) : Files.readAllBytes(file);
    }

    /** Keeps an input that broke something; the file only has to be moved to become a seed. */
    static Path save(String target, byte[] input) throws IOException {
        String digits = HexFormat.of().formatHex(input);
        Path file = FINDINGS.resolve(target).resolve("%08x.hex".formatted(digits.hashCode()));
        Files.createDirectories(file.getParent());
        return Files.write(file, digits.replaceAll("(.{64})", "$1\n").concat("\n").getBytes(StandardCharsets.US_ASCII));
    }
}
