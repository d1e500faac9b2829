package io.linksocks.server;

import io.linksocks.access.AccessRules;
import io.linksocks.access.AddressRange;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;

/**
 * Tokens as JSON objects: the body of {@code POST /api/token}, and the form in which they are stored. Members with their
 * default value are absent.
 */
final class TokenJson {
    private static final String TYPE = "type";
    static final String TOKEN = "token";
    private static final String RULES = "rules";
    private static final String REVERSE_TOKEN = "reverse_token";
    private static final String PORT = "port";
    private static final String USERNAME = "username";
    private static final String PASSWORD = "password";
    private static final String AUTONOMY = "allow_manage_connector";
    private static final String FORWARDS = "forwards";

    private static final String NAME = "name";
    private static final String DISABLED = "disabled";
    private static final String EXPIRES = "expires";
    private static final String UP_RATE = "rate_up";
    private static final String DOWN_RATE = "rate_down";
    private static final String QUOTA = "quota";
    private static final String QUOTA_PERIOD = "quota_period";
    private static final String MAX_CHANNELS = "max_channels";
    private static final String MAX_CLIENTS = "max_clients";
    private static final String SOURCES = "sources";
    private static final String BALANCE = "balance";
    private static final String CERTIFICATE = "certificate";

    /** What makes a token another one. */
    private static final List<String> FIXED =
            List.of(TOKEN, TYPE, RULES, REVERSE_TOKEN, PORT, USERNAME, PASSWORD, AUTONOMY, FORWARDS);
    private static final List<String> SETTINGS = List.of(NAME, DISABLED, EXPIRES, UP_RATE, DOWN_RATE, QUOTA, QUOTA_PERIOD,
            MAX_CHANNELS, MAX_CLIENTS, SOURCES, BALANCE, CERTIFICATE);
    /** Of a token that is added. */
    static final List<String> MEMBERS = Stream.of(FIXED, SETTINGS).flatMap(List::stream).toList();

    private TokenJson() {}

    // --- reading -----------------------------------------------------------------------------------------------------

    /**
     * Reads a token; members that are not known are ignored, as a later version may have stored them.
     *
     * @throws IllegalArgumentException saying what is wrong, without secrets
     */
    static TokenRecord read(JsonMembers json) {
        AccessRules rules = Objects.requireNonNullElse(json.rules(RULES), AccessRules.NONE);
        TokenSettings settings = settings(json, TokenSettings.DEFAULT);
        return switch (String.valueOf(json.text(TYPE))) {
            case "forward" -> new TokenRecord.Forward(json.text(TOKEN), rules, settings);
            case "reverse" -> new TokenRecord.Reverse(reverse(json, rules), settings);
            case "connector" -> {
                if (json.text(REVERSE_TOKEN) == null) {
                    throw new IllegalArgumentException("reverse_token is required for connector token");
                }
                yield new TokenRecord.Connector(json.text(TOKEN), json.text(REVERSE_TOKEN), rules, settings);
            }
            default -> throw new IllegalArgumentException("invalid token type");
        };
    }

    private static ReverseTokenOptions reverse(JsonMembers json, AccessRules rules) {
        return ReverseTokenOptions.builder().token(json.text(TOKEN)).port(json.port(PORT))
                .credentials(json.text(USERNAME), json.text(PASSWORD)).connectorAutonomy(json.flag(AUTONOMY))
                .accessRules(rules).forwards(json.texts(FORWARDS)).build();
    }

    /**
     * Reads a change of settings; null sets one back to its default.
     *
     * @throws IllegalArgumentException naming a member that is wrong or can't be changed
     */
    static TokenSettings change(JsonMembers json, TokenSettings before) {
        for (String name : FIXED) {
            if (json.has(name)) {
                throw new IllegalArgumentException(name + " can't be changed; delete the token and add another");
            }
        }
        return settings(json.only(SETTINGS), before);
    }

    /**
     * Reads settings.
     *
     * @param before the values of members that are absent
     * @throws IllegalArgumentException naming the member that is wrong
     */
    private static TokenSettings settings(JsonMembers json, TokenSettings before) {
        TokenSettings.Builder settings = before.toBuilder();
        if (json.has(NAME)) {
            settings.name(Objects.requireNonNullElse(json.text(NAME), ""));
        }
        if (json.has(DISABLED)) {
            settings.disabled(json.flag(DISABLED));
        }
        if (json.has(EXPIRES)) {
            String text = json.text(EXPIRES);
            settings.expires(text == null ? null : blaming(EXPIRES, () -> expiry(text)));
        }
        if (json.has(UP_RATE)) {
            settings.upRate(json.count(UP_RATE, Long.MAX_VALUE));
        }
        if (json.has(DOWN_RATE)) {
            settings.downRate(json.count(DOWN_RATE, Long.MAX_VALUE));
        }
        if (json.has(QUOTA) || json.has(QUOTA_PERIOD)) {
            settings.quota(quota(json, before.quota()));
        }
        if (json.has(MAX_CHANNELS)) {
            settings.maxChannels((int) json.count(MAX_CHANNELS, Integer.MAX_VALUE));
        }
        if (json.has(MAX_CLIENTS)) {
            settings.maxClients((int) json.count(MAX_CLIENTS, Integer.MAX_VALUE));
        }
        if (json.has(SOURCES)) {
            List<String> texts = json.texts(SOURCES);
            settings.sources(blaming(SOURCES, () -> sources(texts)));
        }
        if (json.has(BALANCE)) {
            String text = json.text(BALANCE);
            settings.balance(text == null ? null : blaming(BALANCE, () -> Balance.parse(text)));
        }
        if (json.has(CERTIFICATE)) {
            settings.certificate(Objects.requireNonNullElse(json.text(CERTIFICATE), ""));
        }
        return settings.build();
    }

    private static TokenSettings.Quota quota(JsonMembers json, TokenSettings.Quota before) {
        long bytes = json.has(QUOTA) ? json.count(QUOTA, Long.MAX_VALUE) : before == null ? 0 : before.bytes();
        String period = json.has(QUOTA_PERIOD) ? json.text(QUOTA_PERIOD) : before == null ? null : name(before.period());
        return bytes == 0 ? null : new TokenSettings.Quota(bytes, blaming(QUOTA_PERIOD, () -> period(period)));
    }

    /**
     * Reads the period of a quota.
     *
     * @param text null for a month
     */
    static TokenSettings.Quota.Period period(String text) {
        return switch (text) {
            case "day" -> TokenSettings.Quota.Period.DAY;
            case null -> TokenSettings.Quota.Period.MONTH;
            case "month" -> TokenSettings.Quota.Period.MONTH;
            default -> throw new IllegalArgumentException("expected day or month");
        };
    }

    static String name(TokenSettings.Quota.Period period) {
        return period.name().toLowerCase(Locale.ROOT);
    }

    static List<AddressRange> sources(List<String> texts) {
        return texts.stream().map(AddressRange::parse).toList();
    }

    /** Reads a time such as 2026-12-31T18:00:00Z, or a date, at whose end in UTC the token expires. */
    static Instant expiry(String text) {
        try {
            return text.indexOf('T') >= 0
                    ? Instant.parse(text)
                    : LocalDate.parse(text).plusDays(1).atStartOfDay(ZoneOffset.UTC).toInstant();
        } catch (DateTimeException e) {
            throw new IllegalArgumentException("expected a date like 2026-12-31 or a time like 2026-12-31T18:00:00Z", e);
        }
    }

    private interface Reader<T> {
        T read();
    }

    private static <T> T blaming(String member, Reader<T> reader) {
        try {
            return reader.read();
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(member + ": " + e.getMessage(), e);
        }
    }

    // --- writing -----------------------------------------------------------------------------------------------------

    static Map<String, Object> write(TokenRecord record) {
        Map<String, Object> members = new LinkedHashMap<>();
        switch (record) {
            case TokenRecord.Forward forward -> write(members, "forward", forward, forward.rules());
            case TokenRecord.Reverse reverse -> {
                write(members, "reverse", reverse, reverse.options().accessRules());
                write(members, reverse.options());
            }
            case TokenRecord.Connector connector -> {
                write(members, "connector", connector, connector.rules());
                members.put(REVERSE_TOKEN, connector.reverseToken());
            }
        }
        write(members, record.settings());
        return members;
    }

    private static void write(Map<String, Object> members, String type, TokenRecord record, AccessRules rules) {
        members.put(TYPE, type);
        putUnless(record.token() == null, members, TOKEN, record.token());
        putUnless(rules.isEmpty(), members, RULES, AccessRuleJson.write(rules));
    }

    private static void write(Map<String, Object> members, ReverseTokenOptions options) {
        putUnless(options.port() == 0, members, PORT, (long) options.port());
        putUnless(options.username() == null, members, USERNAME, options.username());
        putUnless(options.password() == null, members, PASSWORD, options.password());
        putUnless(!options.connectorAutonomy(), members, AUTONOMY, true);
        putUnless(options.forwards().isEmpty(), members, FORWARDS, options.forwards());
    }

    /** Adds the members of the settings. */
    static void write(Map<String, Object> members, TokenSettings settings) {
        putUnless(settings.name().isEmpty(), members, NAME, settings.name());
        putUnless(!settings.disabled(), members, DISABLED, true);
        putUnless(settings.expires() == null, members, EXPIRES, String.valueOf(settings.expires()));
        putUnless(settings.upRate() == 0, members, UP_RATE, settings.upRate());
        putUnless(settings.downRate() == 0, members, DOWN_RATE, settings.downRate());
        if (settings.quota() != null) {
            members.put(QUOTA, settings.quota().bytes());
            members.put(QUOTA_PERIOD, name(settings.quota().period()));
        }
        putUnless(settings.maxChannels() == 0, members, MAX_CHANNELS, (long) settings.maxChannels());
        putUnless(settings.maxClients() == 0, members, MAX_CLIENTS, (long) settings.maxClients());
        putUnless(settings.sources().isEmpty(), members, SOURCES,
                settings.sources().stream().map(AddressRange::toString).toList());
        putUnless(settings.balance() == null, members, BALANCE, String.valueOf(settings.balance()));
        putUnless(settings.certificate().isEmpty(), members, CERTIFICATE, settings.certificate());
    }

    private static void putUnless(boolean isDefault, Map<String, Object> members, String name, Object value) {
        if (!isDefault) {
            members.put(name, value);
        }
    }
}
