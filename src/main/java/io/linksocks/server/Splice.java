package io.linksocks.server;

import static java.lang.System.Logger.Level.DEBUG;

import io.linksocks.dial.DestinationGuard;
import io.linksocks.dial.Dialer;
import io.linksocks.protocol.Message;
import io.linksocks.relay.ChannelOpener;
import io.linksocks.relay.ClientDials;
import io.linksocks.relay.NoSessionException;
import io.linksocks.session.Channel;
import io.linksocks.session.ChannelException;
import io.linksocks.util.Endpoint;
import io.linksocks.util.Reason;
import io.linksocks.util.Threads;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Joins a connector's channel to one of a provider. Data may follow the connector's Connect at once (fast open) and is
 * passed on at once; as long as there was none, another provider is tried when one goes away before it has reached the
 * target.
 */
final class Splice implements ChannelOpener.Claimant {
    private static final System.Logger LOG = System.getLogger(Splice.class.getName());

    private final Channel connector;
    private final ChannelOpener providers;
    private final DestinationGuard guard;
    private final ClientDials dials;

    private final AtomicReference<String> firstEnd = new AtomicReference<>();

    /** Guards all below. */
    private final ReentrantLock lock = new ReentrantLock();
    /** Waited on by data for the provider; signalled when there is a channel to it, or never will be. */
    private final Condition settled = lock.newCondition();
    private Channel provider;
    /** Whether the channel has had data, which can't be had again for another. */
    private boolean committed;
    private boolean failed;

    /**
     * @param guard decides where the connector may go
     * @param dials of the connector
     */
    Splice(Channel connector, ChannelOpener providers, DestinationGuard guard, ClientDials dials) {
        this.dials = dials;
        this.connector = connector;
        this.providers = providers;
        this.guard = guard;
    }

    /** Returns when the provider has no more to say; the other direction goes on by itself. */
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

    /** The way back; null when there is no way to a provider, or to the target; the connector knows then. */
    private Pipe connect() {
        try {
            Threads.start("route to provider", this::toProvider);
            Channel channel = dials.run(connector, this::open, late -> late.close("the connector left"));
            connector.confirm();
            return Pipe.fromTarget(channel, connector, firstEnd);
        } catch (NoSessionException e) {
            fail("no available reverse clients");
        } catch (IOException e) {
            fail(Reason.of(e));
            LOG.log(DEBUG, () -> "no route for " + connector.peer() + ": " + e.getMessage());
        }
        return null;
    }

    private Channel open() throws IOException {
        Endpoint target = connector.target();
        return target == null
                ? providers.open(connector.transport(), null, this)
                : providers.connect(
                        guard.admit(target, "connector " + connector.peer(), Dialer.CONNECT_TIMEOUT), this);
    }

    @Override
    public Channel onBehalfOf() {
        return connector;
    }

    @Override
    public void opened(Channel channel) throws ChannelException {
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
    public boolean withdraws() {
        lock.lock();
        try {
            provider = committed ? provider : null;
            return !committed && !failed;
        } finally {
            lock.unlock();
        }
    }

    /** Waits for the channel that shall have the data; null when there will be none. */
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
