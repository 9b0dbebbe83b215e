using System.Runtime.InteropServices;

namespace ReviewStudio.Hosting;

/// <summary>
/// The C library's heap. glibc gives threads heaps of their own, eight a core, and hands little of them back: SQLite's and
/// the compressor's memory on the threads of the pool would add up. Two heaps serve two to four busy threads.
/// </summary>
internal static class NativeHeap
{
    private const int ArenaMax = -8;
    private const int Arenas = 2;

    /// <summary>Before other threads start. Elsewhere than on glibc it does nothing.</summary>
    public static void Bound()
    {
        if (!OperatingSystem.IsLinux())
        {
            return;
        }

        try
        {
            _ = SetOption(ArenaMax, Math.Max(Arenas, Environment.ProcessorCount / 2));
        }
        catch (Exception e) when (e is EntryPointNotFoundException or DllNotFoundException)
        {
            // Another C library, such as musl: it has one heap anyway.
        }
    }

    [DllImport("libc.so.6", EntryPoint = "mallopt", ExactSpelling = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    private static extern int SetOption(int option, int value);
}
