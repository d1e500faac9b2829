package io.linksocks.relay;

import io.linksocks.protocol.Slice;
import java.util.zip.Deflater;

/**
 * Whether compressing a stream pays: a sample is tried now and then, and a stream that did not shrink is left alone for
 * ever longer stretches, so that incompressible data hardly pays for the question.
 */
final class CompressionChoice {
    private static final int SAMPLE = 4096;
    /** What is compressed must shrink to this share to be worth the work. */
    private static final double WORTHWHILE = 0.9;
    private static final long FIRST_PAUSE = 1 << 20;
    private static final long LONGEST_PAUSE = 256L << 20;

    private long skip;
    private long pause = FIRST_PAUSE;

    /** Whether so many bytes leave without a look at them, because the last ones did not compress. */
    boolean skips(int length) {
        boolean skipped = skip > 0;
        skip -= skipped ? length : 0;
        return skipped;
    }

    /** Looks at stream bytes that are about to leave. */
    boolean isPromising(Slice data) {
        int size = Math.min(data.length(), SAMPLE);
        boolean promising = shrinks(data.part((data.length() - size) / 2, size));
        if (!promising) {
            backOff();
        }
        return promising;
    }

    /** Reports what came of a promise. */
    void onResult(boolean compressed) {
        if (compressed) {
            pause = FIRST_PAUSE;
        } else {
            backOff();
        }
    }

    static boolean pays(int before, int after) {
        return after <= before * WORTHWHILE;
    }

    private void backOff() {
        skip = pause;
        pause = Math.min(LONGEST_PAUSE, pause * 2);
    }

    private static boolean shrinks(Slice data) {
        byte[] scratch = new byte[(int) (data.length() * WORTHWHILE)];
        Deflater deflater = new Deflater(Deflater.BEST_SPEED, true);
        try {
            deflater.setInput(data.toBuffer());
            deflater.finish();
            deflater.deflate(scratch);
            return deflater.finished();
        } finally {
            deflater.end();
        }
    }
}
