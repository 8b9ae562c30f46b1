using System.Globalization;
using QueryEngine.Spi;

namespace QueryEngine.Metadata.Catalogs;

/// <summary>
/// How a source has answered lately. One that fails some times in a row is left in peace for a while, so that queries over it fail at once instead
/// of waiting, and nobody waits for them; then one question may try again. Thread-safe.
/// </summary>
public sealed class CatalogHealth(TimeProvider time)
{
    /// <summary>How many failures in a row it takes.</summary>
    public const int PatienceFailures = 5;

    /// <summary>How long it is left in peace.</summary>
    public static readonly TimeSpan Pause = TimeSpan.FromSeconds(10);

    private readonly Lock _gate = new();
    private int _failures;
    private bool _hasAnswered;
    private DateTimeOffset _retryAt = DateTimeOffset.MinValue;

    /// <summary>The last failure, also when it answers again.</summary>
    public QueryException? LastError { get; private set; }

    /// <summary>When that was.</summary>
    public DateTimeOffset? LastErrorTime { get; private set; }

    /// <summary>available, failing, suspended, or not asked.</summary>
    public string State
    {
        get
        {
            lock (_gate)
                return _failures >= PatienceFailures && time.GetUtcNow() < _retryAt ? "suspended"
                    : _failures > 0 ? "failing"
                    : _hasAnswered ? "available" : "not asked";
        }
    }

    /// <summary>Fails when the source is to be left in peace.</summary>
    /// <exception cref="QueryException">CONNECTION_FAILURE, with what it failed with.</exception>
    public void Check(string catalog)
    {
        lock (_gate)
        {
            DateTimeOffset now = time.GetUtcNow();
            if (_failures < PatienceFailures)
                return;
            if (now >= _retryAt)
            {
                _retryAt = now + Pause;
                return;
            }

            string wait = Math.Ceiling((_retryAt - now).TotalSeconds).ToString(CultureInfo.InvariantCulture);
            throw new QueryException(
                ErrorCode.ConnectionFailure,
                $"catalog '{catalog}' has failed {_failures} times and is not asked for another {wait} s: {LastError?.Message}",
                "See system.metadata.catalogs.",
                LastError);
        }
    }

    /// <summary>The source has answered, be it that the question was wrong.</summary>
    public void Answered()
    {
        lock (_gate)
            (_failures, _hasAnswered) = (0, true);
    }

    /// <summary>The source has not answered.</summary>
    public void Failed(QueryException error)
    {
        lock (_gate)
        {
            _failures++;
            (LastError, LastErrorTime) = (error, time.GetUtcNow());
            if (_failures >= PatienceFailures)
                _retryAt = LastErrorTime.Value + Pause;
        }
    }
}
