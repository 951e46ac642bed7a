using System.Runtime.Loader;

namespace Meridian.Gateway.Tests.Plugins;

/// <summary>Libraries that plug-ins are built with: emitted, and loaded apart to inherit from them.</summary>
internal sealed class Libraries : IDisposable
{
    private readonly AssemblyLoadContext _context = new("libraries", isCollectible: true);
    private readonly string _folder;

    public Libraries(string folder) => _folder = Directory.CreateDirectory(folder).FullName;

    /// <summary>Emits a library with one class.</summary>
    /// <returns>The class.</returns>
    public Type Emit(string name, Version version, Type parent)
    {
        var path = Path.Combine(_folder, $"{name}.dll");
        EmittedPlugin.WriteAssembly(path, version, parent);
        return _context.LoadFromAssemblyPath(path).GetType($"{name}.Class1", throwOnError: true)!; // or it has thrown
    }

    public void Dispose() => _context.Unload();
}
