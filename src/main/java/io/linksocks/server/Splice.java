package io.linksocks.server;

import static java.lang.System.Logger.Level.DEBUG;

import io.linksocks.dial.DestinationGuard;
import io.linksocks.dial.DialError;
import io.linksocks.dial.DialException;
import io.linksocks.dial.Dialer;
import io.linksocks.protocol.Message;
import io.linksocks.relay.ChannelOpener;
import io.linksocks.relay.Claimant;
import io.linksocks.relay.ClientDials;
import io.linksocks.relay.NoSessionException;
import io.linksocks.session.Channel;
import io.linksocks.session.ChannelException;
import io.linksocks.util.Endpoint;
import io.linksocks.util.Reason;
import io.linksocks.util.Threads;
import java.io.IOException;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Splices a connector's channel to one of a provider. Data may directly follow the connector's Connect (fast open) and is
 * forwarded at once. If a provider disconnects before it has reached the target, another one is tried, unless data was
 * forwarded already.
 */
final class Splice extends Claimant {
    /** The answer to a connector when there is no provider. */
    static final String NO_PROVIDER = "no available reverse clients";
    /** The same for another server, which tries elsewhere then. */
    static final String NO_PROVIDER_HERE = DialError.toPeer(new DialException(DialError.LOCAL, NO_PROVIDER));

    private static final System.Logger LOG = System.getLogger(Splice.class.getName());

    private final Channel connector;
    private final ChannelOpener providers;
    private final DestinationGuard guard;
    private final ClientDials dials;
    private final String lack;

    private final AtomicReference<String> firstEnd = new AtomicReference<>();

    /** Guards all below. */
    private final ReentrantLock lock = new ReentrantLock();
    /** Awaited before data is forwarded; signalled when the provider's channel is open, or the splice has failed. */
    private final Condition settled = lock.newCondition();
    private Channel provider;
    /** Whether data was forwarded to the provider, so that no other one can be tried. */
    private boolean committed;
    private boolean failed;

    /**
     * @param guard decides which targets the connector may reach
     * @param dials of the connector
     * @param lack the answer when there is no provider
     * @param origin equal for channels of one connector
     */
    Splice(Channel connector, ChannelOpener providers, DestinationGuard guard, ClientDials dials, String lack, Object origin) {
        super(origin);
        this.lack = lack;
        this.dials = dials;
        this.connector = connector;
        this.providers = providers;
        this.guard = guard;
    }

    /** Returns when the direction from the provider has ended; the other one has its own thread. */
    void run() {
        Pipe back = connect();
        if (back != null) {
            back.carry();
        }
    }

    private void toProvider() {
        try {
            Message.Data first = connector.receive();
            Channel channel = commit();
            if (channel != null) {
                Pipe.toTarget(connector, channel, firstEnd, guard).carry(first);
            }
        } catch (ChannelException e) {
            fail(e.getMessage());
        }
    }

    /** Returns the direction from the target; null when the connector was refused. */
    private Pipe connect() {
        try {
            Threads.start("splice to provider", this::toProvider);
            Channel channel = dials.run(connector, this::leave, this::open);
            connector.confirm();
            return Pipe.fromTarget(channel, connector, firstEnd);
        } catch (NoSessionException e) {
            fail(lack);
        } catch (IOException e) {
            fail(Reason.of(e));
            LOG.log(DEBUG, () -> "can't splice " + connector.peer() + ": " + e.getMessage());
        }
        return null;
    }

    private Channel open() throws IOException {
        Endpoint target = connector.target();
        return target == null
                ? providers.open(connector.transport(), null, this)
                : providers.connect(interruptibly(() -> admit(target)), this);
    }

    private List<Endpoint> admit(Endpoint target) throws IOException {
        return guard.admit(target, "connector " + connector.peer(), Dialer.CONNECT_TIMEOUT);
    }

    @Override
    protected Channel onBehalfOf() {
        return connector;
    }

    /** The id of the provider's channel; null while there is none. */
    UUID providerChannel() {
        lock.lock();
        try {
            return provider == null ? null : provider.id();
        } finally {
            lock.unlock();
        }
    }

    @Override
    protected void opened(Channel channel) throws ChannelException {
        lock.lock();
        try {
            if (failed) {
                channel.discard("");
                throw new ChannelException("the connector left");
            }
            provider = channel;
            settled.signalAll();
        } finally {
            lock.unlock();
        }
    }

    @Override
    protected boolean withdraws() {
        lock.lock();
        try {
            provider = committed ? provider : null;
            return !committed && !failed;
        } finally {
            lock.unlock();
        }
    }

    /** Waits for the provider's channel, and stays with it; returns null when the splice has failed. */
    private Channel commit() throws ChannelException {
        lock.lock();
        try {
            committed = true;
            while (provider == null && !failed) {
                settled.await();
            }
            return failed ? null : provider;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ChannelException("interrupted");
        } finally {
            lock.unlock();
        }
    }

    private void fail(String why) {
        Channel opened;
        lock.lock();
        try {
            failed = true;
            opened = provider;
            settled.signalAll();
        } finally {
            lock.unlock();
        }
        if (opened != null) {
            opened.close(why);
        }
        connector.refuse(why);
    }
}
