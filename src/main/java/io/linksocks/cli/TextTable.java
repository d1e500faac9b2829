package io.linksocks.cli;

import java.util.ArrayList;
import java.util.List;

/** Rows in columns as wide as what they hold. Nothing in a cell can break out of its row. */
final class TextTable {
    private static final String GAP = "  ";
    /** What an absent value looks like. */
    private static final String NONE = "-";

    private final List<List<String>> rows = new ArrayList<>();
    private final List<Boolean> right = new ArrayList<>();
    private final List<String> head = new ArrayList<>();

    /** One more column, for texts. */
    TextTable text(String title) {
        head.add(title);
        right.add(false);
        return this;
    }

    /** One more column, for numbers. */
    TextTable number(String title) {
        head.add(title);
        right.add(true);
        return this;
    }

    /** @param cells as many as there are columns; empty and null ones are shown as absent */
    void row(String... cells) {
        List<String> row = new ArrayList<>(cells.length);
        for (String cell : cells) {
            row.add(cell == null || cell.isEmpty() ? NONE : OneLine.of(cell));
        }
        rows.add(row);
    }

    /** The lines of the table, the titles first. */
    List<String> lines() {
        List<List<String>> all = new ArrayList<>(rows);
        all.addFirst(head);
        int[] widths = new int[head.size()];
        for (List<String> row : all) {
            for (int i = 0; i < widths.length; i++) {
                widths[i] = Math.max(widths[i], width(row.get(i)));
            }
        }
        return all.stream().map(row -> line(row, widths)).toList();
    }

    private String line(List<String> row, int[] widths) {
        StringBuilder line = new StringBuilder();
        for (int i = 0; i < widths.length; i++) {
            int padding = widths[i] - width(row.get(i));
            line.append(i == 0 ? "" : GAP).repeat(' ', right.get(i) ? padding : 0).append(row.get(i))
                    .repeat(' ', right.get(i) ? 0 : padding);
        }
        return line.toString().stripTrailing();
    }

    private static int width(String cell) {
        return cell.codePointCount(0, cell.length());
    }
}
