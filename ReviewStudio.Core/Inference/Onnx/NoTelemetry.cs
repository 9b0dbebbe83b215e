using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Microsoft.ML.OnnxRuntime;

namespace ReviewStudio.Core.Inference.Onnx;

/// <summary>
/// ONNX Runtime's official builds report events of sessions and models to their makers' servers. Content under review is
/// nobody else's business, and a server may stand where no connection is allowed: it is turned off before the first session.
/// </summary>
internal static class NoTelemetry
{
    private const string Variable = "ORT_DISABLE_TELEMETRY";

#pragma warning disable CA2255 // The native library reads it once, when it is first used: nothing in this assembly may come before, whichever session is opened first.
    [ModuleInitializer]
    internal static void TurnOff()
#pragma warning restore CA2255
    {
        Environment.SetEnvironmentVariable(Variable, "1");
        if (OperatingSystem.IsWindows())
        {
            // There the events go through the system's own tracing, which has a switch of its own.
            OrtEnv.Instance().DisableTelemetryEvents();
            return;
        }

        // .NET keeps a copy of the environment; native code sees only what the C library knows.
        _ = SetNative(Variable, "1", overwrite: 1);
    }

    [DllImport("libc", EntryPoint = "setenv", ExactSpelling = true, CharSet = CharSet.Ansi, BestFitMapping = false, ThrowOnUnmappableChar = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    private static extern int SetNative([MarshalAs(UnmanagedType.LPUTF8Str)] string name, [MarshalAs(UnmanagedType.LPUTF8Str)] string value, int overwrite);
}
