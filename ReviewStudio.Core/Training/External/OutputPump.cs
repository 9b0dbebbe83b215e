using System.Text;

namespace ReviewStudio.Core.Training.External;

/// <summary>Reads a command's output line by line in bounded memory: a longer line is cut, whatever the command prints.</summary>
internal static class OutputPump
{
    private const int LongestLine = 4096;

    public static async Task RunAsync(TextReader reader, Action<string> onLine)
    {
        var buffer = new char[4096];
        var line = new StringBuilder();
        int read;
        while ((read = await ReadAsync(reader, buffer)) > 0)
        {
            for (var i = 0; i < read; i++)
            {
                if (buffer[i] is '\n')
                {
                    onLine(line.ToString().TrimEnd('\r'));
                    line.Clear();
                }
                else if (line.Length < LongestLine)
                {
                    line.Append(buffer[i]);
                }
            }
        }

        if (line.Length > 0)
        {
            onLine(line.ToString());
        }
    }

    private static async Task<int> ReadAsync(TextReader reader, char[] buffer)
    {
        try
        {
            return await reader.ReadAsync(buffer);
        }
        catch (Exception e) when (e is ObjectDisposedException or IOException)
        {
            // The process was disposed while a child it left behind still held the pipe.
            return 0;
        }
    }
}
