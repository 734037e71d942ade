using System.Net.Sockets;
using Microsoft.Extensions.Logging;
using Millrace.Broker.Protocol;

namespace Millrace.Broker.Server;

/// <summary>One client's connection: requests are answered one after another, in the order in which they came.</summary>
internal sealed partial class Connection(Socket socket, Dispatcher dispatcher, int maxFrameBytes, TimeProvider time, ILogger logger) : IDisposable
{
    /// <summary>How long a client may leave an answer unread: it is kept in memory for as long.</summary>
    public static readonly TimeSpan SendPatience = TimeSpan.FromMinutes(1);

    private readonly CancellationTokenSource _aborted = new();
    private readonly CancellationTokenSource _unread = new(Timeout.InfiniteTimeSpan, time);
    private readonly string _peer = socket.RemoteEndPoint?.ToString() ?? "a client";
    private readonly FrameReader _frames = new(socket, maxFrameBytes);

    /// <summary>Closes the connection; what is being answered is told.</summary>
    public void Close()
    {
        socket.Dispose();
        _aborted.Cancel();
    }

    /// <summary>Answers until the client leaves, sends what is no request, or the connection is closed.</summary>
    public async Task RunAsync()
    {
        try
        {
            while (await _frames.NextAsync() is { } frame)
            {
                using (frame)
                {
                    if (!await AnswerAsync(frame))
                    {
                        return;
                    }
                }
            }
        }
        catch (WireException exception)
        {
            LogNoRequest(logger, _peer, exception.Message);
        }
        catch (TimeoutException exception)
        {
            LogUnread(logger, _peer, exception.Message);
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException or OperationCanceledException)
        {
            LogGone(logger, _peer, exception.Message);
        }
        catch (Exception exception)
        {
            LogBroken(logger, exception, _peer);
        }
        finally
        {
            Dispose();
        }
    }

    public void Dispose()
    {
        Close();
        _frames.Dispose();
        _unread.Dispose();
    }

    private async Task<bool> AnswerAsync(Frame frame)
    {
        using var answer = new FrameBuffer();
        var dispatched = dispatcher.AnswerAsync(frame.Bytes, _peer, answer, _aborted.Token);
        var done = dispatched.IsCompleted ? await dispatched : await WhileConnectedAsync(dispatched.AsTask());
        if (done == Dispatched.Answered)
        {
            await SendAsync(answer.Frame);
        }

        return done != Dispatched.Close;
    }

    private async ValueTask SendAsync(ReadOnlyMemory<byte> rest)
    {
        try
        {
            while (!rest.IsEmpty)
            {
                _unread.CancelAfter(SendPatience);
                rest = rest[await socket.SendAsync(rest, _unread.Token)..];
            }

            _unread.CancelAfter(Timeout.InfiniteTimeSpan);
        }
        catch (OperationCanceledException) when (_unread.IsCancellationRequested)
        {
            throw new TimeoutException($"of an answer {rest.Length} bytes were not read within {SendPatience}");
        }
    }

    // Who waits for an answer may leave meanwhile, and whoever keeps a place for it must know.
    private async Task<Dispatched> WhileConnectedAsync(Task<Dispatched> dispatched)
    {
        while (!dispatched.IsCompleted && _frames.ReceiveAhead() is { } receiving)
        {
            await Task.WhenAny(dispatched, receiving);
            if (receiving.IsFaulted || (receiving.IsCompletedSuccessfully && await receiving == 0))
            {
                await _aborted.CancelAsync();
                break;
            }
        }

        return await dispatched;
    }
}
