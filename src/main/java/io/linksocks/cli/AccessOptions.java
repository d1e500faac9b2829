package io.linksocks.cli;

import io.linksocks.access.AccessRules;
import io.linksocks.access.AddressRange;
import io.linksocks.access.DenyRule;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/** Rules and addresses as the command line has them. */
final class AccessOptions {
    private AccessOptions() {}

    static AccessRules allowed(OptionValues values) throws UsageException {
        return OptionValues.blaming(CommonOptions.ACCESS_RULE, values.list(CommonOptions.ACCESS_RULE), AccessRules::parse);
    }

    static List<DenyRule> denied(OptionValues values) throws UsageException {
        return each(CommonOptions.DENY_RULE, values, DenyRule::parse);
    }

    static List<AddressRange> trustedProxies(OptionValues values) throws UsageException {
        return each(ServerFlags.TRUSTED_PROXY, values, AddressRange::parse);
    }

    private static <T> List<T> each(Option option, OptionValues values, Function<String, T> parser)
            throws UsageException {
        List<T> parsed = new ArrayList<>();
        for (String text : values.list(option)) {
            parsed.add(OptionValues.blaming(option, text, parser));
        }
        return parsed;
    }
}
