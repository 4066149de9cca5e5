using Microsoft.Extensions.Logging;

namespace Lintel.Cli.Local;

/// <summary>Log lines of nodes, to a file or to standard error: time, level, event id, message. Libraries only from warnings up.</summary>
internal sealed class FileLog : ILoggerFactory
{
    private readonly Lock _gate = new();
    private readonly TextWriter _writer;
    private readonly LogLevel _level;

    /// <summary>Writes to <paramref name="path"/>, behind what is there, or to standard error.</summary>
    public FileLog(string? path, LogLevel level)
    {
        _level = level;
        _writer = path is null
            ? Console.Error
            : new StreamWriter(new FileStream(path, FileMode.Append, FileAccess.Write, FileShare.ReadWrite)) { AutoFlush = true };
    }

    /// <inheritdoc/>
    public ILogger CreateLogger(string categoryName) =>
        new Lines(this, categoryName.StartsWith("Lintel.", StringComparison.Ordinal) || _level > LogLevel.Warning ? _level : LogLevel.Warning);

    /// <inheritdoc/>
    public void AddProvider(ILoggerProvider provider) => throw new NotSupportedException("there is one place that lines go to");

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_writer != Console.Error) _writer.Dispose();
    }

    private void Write(string line, Exception? exception)
    {
        lock (_gate)
        {
            _writer.WriteLine(line);
            if (exception is not null) _writer.WriteLine(exception);
        }
    }

    private sealed class Lines(FileLog file, LogLevel level) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= level && logLevel != LogLevel.None;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (IsEnabled(logLevel)) file.Write($"{DateTime.UtcNow:yyyy-MM-ddTHH:mm:ss.fffZ} {logLevel} {eventId.Id} {formatter(state, exception)}", exception);
        }
    }
}
