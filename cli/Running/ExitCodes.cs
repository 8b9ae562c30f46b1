namespace QueryEngine.Cli.Running;

/// <summary>What the process says when it ends.</summary>
internal static class ExitCodes
{
    public const int Success = 0;
    public const int SqlError = 1;
    public const int Usage = 2;
    public const int Connection = 3;
    public const int Interrupted = 130;
}
