using System.Globalization;

namespace Millrace.Serving.Tests;

/// <summary>Connections that break at random places.</summary>
internal sealed class CuttingConnections : DelegatingHandler
{
    private readonly Random _random;

    public CuttingConnections()
        : base(new SocketsHttpHandler { UseProxy = false })
    {
        var seed = int.TryParse(Environment.GetEnvironmentVariable("MILLRACE_SEED"), CultureInfo.InvariantCulture, out var given) ? given : Random.Shared.Next();
        Console.WriteLine($"MILLRACE_SEED={seed}");
        _random = new Random(seed);
    }

    public int Cuts { get; private set; }

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var answer = await base.SendAsync(request, cancellationToken);
        answer.EnsureSuccessStatusCode();
        var whole = answer.Content;
        answer.Content = new StreamContent(new CutStream(await whole.ReadAsStreamAsync(cancellationToken), _random.Next(1, 20_000), () => Cuts++));
        answer.Content.Headers.ContentType = whole.Headers.ContentType;
        return answer;
    }

    private sealed class CutStream(Stream whole, int length, Action cut) : Stream
    {
        private int _left = length;

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            if (_left == 0)
            {
                cut();
                throw new IOException("cut");
            }

            var read = await whole.ReadAsync(buffer[..Math.Min(buffer.Length, _left)], cancellationToken);
            _left -= read;
            return read;
        }

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        protected override void Dispose(bool disposing)
        {
            whole.Dispose();
            base.Dispose(disposing);
        }
    }
}
