using System.Reflection;
using System.Reflection.Emit;
using Meridian.Sdk;

namespace Meridian.Gateway.Tests.Plugins;

/// <summary>
/// Writes real assemblies with empty classes in them. What a class does it inherits from one of
/// the kinds of <see cref="TestPlugin"/>, in the tests' own assembly, or in a library that was emitted before.
/// </summary>
internal static class EmittedPlugin
{
    /// <summary>Writes <c>NAME/NAME.dll</c> below a plug-in folder.</summary>
    /// <param name="plugins">The plug-in folder.</param>
    /// <param name="name">The plug-in's name.</param>
    /// <param name="parents">What its public classes inherit, a class each.</param>
    public static void Write(string plugins, string name, params Type[] parents)
    {
        var folder = Directory.CreateDirectory(Path.Combine(plugins, name)).FullName;
        WriteAssembly(Path.Combine(folder, $"{name}.dll"), new Version(1, 2, 3, 0), parents);
    }

    /// <summary>Writes an assembly.</summary>
    /// <param name="path">Where to; its name is the assembly's.</param>
    /// <param name="version">Its version.</param>
    /// <param name="parents">What its public classes inherit, a class each.</param>
    public static void WriteAssembly(string path, Version version, params Type[] parents)
    {
        var name = Path.GetFileNameWithoutExtension(path);
        var assembly = new PersistedAssemblyBuilder(
            new AssemblyName(name) { Version = version }, typeof(object).Assembly);
        var module = assembly.DefineDynamicModule(name);
        for (var number = 1; number <= parents.Length; number++)
        {
            var parent = parents[number - 1];
            var type = module.DefineType($"{name}.Class{number}", TypeAttributes.Public | TypeAttributes.Class, parent);

            // A reference to the Sdk, which every plug-in has.
            type.AddInterfaceImplementation(typeof(IConnectorPlugin));
            if (parent.GetConstructor(Type.EmptyTypes) is not null)
            {
                type.DefineDefaultConstructor(MethodAttributes.Public);
            }
            else
            {
                // Never run: nobody outside can call it.
                type.DefineConstructor(MethodAttributes.Private, CallingConventions.Standard, [])
                    .GetILGenerator().Emit(OpCodes.Ret);
            }

            type.CreateType();
        }

        assembly.Save(path);
    }
}
