package io.linksocks.cli;

import java.util.Collections;
import java.util.Comparator;
import java.util.List;

/** Finds the word that a mistyped one was meant to be. */
final class Nearest {
    /** One wrong letter of so many may be a mistake in typing; more are another word. */
    private static final int ERROR_SHARE = 3;

    private Nearest() {}

    /** A phrase that names the word that was meant, in place of another phrase when none is near. */
    static String hint(String typed, List<String> candidates, String otherwise) {
        String nearest = to(typed, candidates);
        return distance(typed, nearest) <= Math.max(1, typed.length() / ERROR_SHARE) ? "the nearest is " + nearest : otherwise;
    }

    /** The candidate with the fewest typing errors between; the first of equals. The list may not be empty. */
    static String to(String typed, List<String> candidates) {
        return Collections.min(candidates, Comparator.comparingInt(candidate -> distance(typed, candidate)));
    }

    /** Insertions, deletions, replacements and swaps of neighbours (optimal string alignment). */
    static int distance(String a, String b) {
        int[] beforeLast = new int[b.length() + 1];
        int[] last = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            last[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int[] row = new int[b.length() + 1];
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int replaced = last[j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                row[j] = Math.min(replaced, Math.min(last[j], row[j - 1]) + 1);
                if (i > 1 && j > 1 && a.charAt(i - 1) == b.charAt(j - 2) && a.charAt(i - 2) == b.charAt(j - 1)) {
                    row[j] = Math.min(row[j], beforeLast[j - 2] + 1);
                }
            }
            beforeLast = last;
            last = row;
        }
        return last[b.length()];
    }
}
