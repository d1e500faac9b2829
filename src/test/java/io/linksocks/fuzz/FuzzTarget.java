package io.linksocks.fuzz;

import java.util.List;

/** A parser, and what must hold for every input it is given. */
public interface FuzzTarget extends AutoCloseable {
    /**
     * What became of an input.
     *
     * @param kind tells inputs apart that led to different places; those that led to a new one are worth varying
     */
    record Outcome(boolean accepted, String kind) {
        public static Outcome accepted(String kind) {
            return new Outcome(true, "accepted " + kind);
        }

        /** By the one exception that the parser declares; numbers in its text make no difference. */
        public static Outcome rejected(Exception documented) {
            String text = String.valueOf(documented.getMessage()).replaceAll("[0-9]+", "0");
            return new Outcome(false, documented.getClass().getSimpleName() + " " + text);
        }
    }

    /** Takes one input and checks all that must hold; whatever it throws is a finding. */
    Outcome run(byte[] input) throws Exception;

    /** Pieces that mean something to the parser, as ISO 8859-1. */
    default List<String> dictionary() {
        return List.of();
    }

    /** What one input of this length may make the parser allocate, in bytes, the checks included. */
    default long memory(int length) {
        return (1 << 20) + 1000L * length;
    }

    /** Ends what serves all inputs. */
    @Override
    default void close() {}
}
