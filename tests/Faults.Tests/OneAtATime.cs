// Deadlines and memory are measured: no two of these tests share the machine.
[assembly: CollectionBehavior(CollectionBehavior.CollectionPerAssembly)]
